//! Meta: customer list of a Custom Audience.
//!
//! Every value is hashed: e-mail in lower case, telephone as digits with the country code and without `+` or zeros before it,
//! names in lower case without punctuation, postal code in lower case without blanks and hyphens, country as two letters.

use super::hashed::{email, names, place, sha256};
use super::{Member, Plan, Sheet, machine};

const HEADINGS: [&str; 6] = ["email", "phone", "fn", "ln", "zip", "country"];

pub(super) fn sheet(plan: &Plan) -> Sheet {
    machine(Some(&HEADINGS), plan.listed.iter().map(row).collect())
}

fn row(member: &Member) -> Vec<String> {
    let (family, given) = names(member);
    let code = place(member);
    let country = code.as_ref().map_or("", |_| "jp");
    vec![
        sha256(&email(member)),
        sha256(&phone(member.phone.as_deref().unwrap_or_default())),
        sha256(&name(&given)),
        sha256(&name(&family)),
        sha256(&code.unwrap_or_default().to_lowercase()),
        sha256(country),
    ]
}

/// Returns a number in E.164 as digits alone.
fn phone(number: &str) -> String {
    number.trim_start_matches('+').to_owned()
}

/// Returns a name without punctuation.
fn name(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_brought_into_the_form_that_meta_publishes() {
        // "mary", "16505551212" and "정" are examples of Meta's.
        assert_eq!(phone("+16505551212"), "16505551212");
        assert_eq!(
            sha256(&name("mary")),
            "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec"
        );
        assert_eq!(
            sha256(&name("정")),
            "8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14"
        );
        assert_eq!(name("o'brien-smith"), "obriensmith");
    }
}
