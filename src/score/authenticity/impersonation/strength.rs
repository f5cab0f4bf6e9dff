//! How much a relation between handles or names says, 0..1.
//!
//! The longer a name, the less it is met by chance: every strength is a step function of the weight of the target (1 for a
//! Latin letter, 1.5 for kana, 2 for kanji). A handle is chosen with care and given once, so likeness of handles says
//! more than likeness of names where it is not complete; the same name says most where it is a name at all.

use super::compare::{Edit, Grade, Relation, Source, Target};

/// A keyword is used by many who mean no harm; common words as well.
const KEYWORD: f64 = 0.45;
const GENERIC: f64 = 0.5;
/// A handle without the words that the official one adds may well have been there before.
const CORE: f64 = 0.6;

/// Returns the last value whose least weight is reached.
fn step(weight: f64, steps: &[(f64, f64)]) -> f64 {
    steps
        .iter()
        .take_while(|(least, _)| weight >= *least)
        .last()
        .map_or(0.0, |(_, value)| *value)
}

/// Returns the strength of a likeness of handles.
pub(super) fn of_handle(relation: Relation, target: &Target) -> f64 {
    let weight = target.key.weight;
    let strength = match relation {
        // The same handle on another platform.
        Relation::Equal if target.is_core => 0.25,
        Relation::Equal => 0.55,
        Relation::Spaced => step(weight, &[(0.0, 0.5), (4.0, 0.7), (6.0, 0.85)]),
        Relation::Alike => step(weight, &[(0.0, 0.6), (4.0, 0.85), (5.0, 0.95)]),
        Relation::Near => step(weight, &[(0.0, 0.4), (4.0, 0.6), (6.0, 0.75)]),
        Relation::Edit(edit) => {
            let typo = match edit {
                Edit::Swap | Edit::Double => 0.12,
                _ => 0.0,
            };
            step(weight, &[(0.0, 0.1), (5.0, 0.4), (7.0, 0.55), (10.0, 0.65)]) + typo
        }
        Relation::TwoEdits => step(weight, &[(10.0, 0.4), (14.0, 0.55)]),
        Relation::Moved => 0.55,
        Relation::Claim(grade) => {
            step(weight, &[(0.0, 0.5), (4.0, 0.65), (5.0, 0.75)]) + disguise(grade, 0.15)
        }
        Relation::Plain(grade) => {
            step(weight, &[(0.0, 0.35), (4.0, 0.5), (5.0, 0.6)]) + disguise(grade, 0.2)
        }
        Relation::EditClaim(_) => step(weight, &[(5.0, 0.4), (7.0, 0.6)]),
        Relation::EditPlain(_) => step(weight, &[(5.0, 0.3), (7.0, 0.5)]),
        Relation::PartClaim => 0.2,
        Relation::Fan | Relation::Part => 0.0,
    };
    let may_be_older = target.is_core
        && matches!(
            relation,
            Relation::Spaced | Relation::Edit(_) | Relation::TwoEdits
        );
    let core = if may_be_older { CORE } else { 1.0 };
    strength * core * share(target)
}

/// Returns the strength of a likeness of display names.
pub(super) fn of_name(relation: Relation, target: &Target) -> f64 {
    let weight = target.key.weight;
    let strength = match relation {
        Relation::Equal | Relation::Spaced => step(weight, &[(0.0, 0.4), (3.0, 0.6), (4.5, 0.75)]),
        Relation::Alike => step(weight, &[(0.0, 0.5), (3.0, 0.7), (4.5, 0.85)]),
        Relation::Near => step(weight, &[(0.0, 0.3), (4.5, 0.55), (6.0, 0.65)]),
        Relation::Edit(edit) => match edit {
            // Other firms are often named so.
            Edit::Replace | Edit::End => {
                step(weight, &[(0.0, 0.05), (4.5, 0.3), (6.0, 0.4), (9.0, 0.45)])
            }
            Edit::Swap | Edit::Double => step(
                weight,
                &[
                    (0.0, 0.15),
                    (4.5, 0.5),
                    (6.0, 0.6),
                    (9.0, 0.65),
                    (12.0, 0.75),
                ],
            ),
            Edit::Inner => step(
                weight,
                &[
                    (0.0, 0.05),
                    (4.5, 0.4),
                    (6.0, 0.5),
                    (9.0, 0.55),
                    (12.0, 0.65),
                ],
            ),
        },
        Relation::TwoEdits | Relation::Moved => 0.4,
        Relation::Claim(grade) => {
            step(weight, &[(0.0, 0.45), (3.0, 0.65), (4.5, 0.8)]) + disguise(grade, 0.1)
        }
        Relation::Plain(grade) => {
            step(weight, &[(0.0, 0.3), (3.0, 0.5), (4.5, 0.6)]) + disguise(grade, 0.15)
        }
        Relation::EditClaim(Edit::Replace | Edit::End) => step(weight, &[(5.0, 0.4)]),
        Relation::EditClaim(_) => step(weight, &[(5.0, 0.5), (7.0, 0.6)]),
        Relation::EditPlain(_) => step(weight, &[(5.0, 0.3), (7.0, 0.4)]),
        Relation::PartClaim => 0.35,
        Relation::Fan | Relation::Part => 0.0,
    };
    strength * share(target)
}

fn disguise(grade: Grade, more: f64) -> f64 {
    if grade == Grade::Equal { 0.0 } else { more }
}

fn share(target: &Target) -> f64 {
    let keyword = match target.source {
        Source::Keyword => KEYWORD,
        Source::Account => 1.0,
    };
    keyword * if target.is_generic { GENERIC } else { 1.0 }
}

/// Returns what is left of a likeness of handles where the name shown is another one altogether.
pub(super) fn under_another_name(relation: Relation) -> f64 {
    match relation {
        Relation::Alike => 0.9,
        Relation::Spaced | Relation::Near | Relation::Claim(_) => 0.75,
        Relation::Equal => 0.6,
        _ => 0.65,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_step_reached_counts() {
        let steps = [(5.0, 0.3), (7.0, 0.5)];
        assert_eq!(step(4.9, &steps), 0.0);
        assert_eq!(step(5.0, &steps), 0.3);
        assert_eq!(step(99.0, &steps), 0.5);
        assert_eq!(step(f64::NAN, &steps), 0.0);
    }
}
