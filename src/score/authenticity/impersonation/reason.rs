//! Why an account is taken for an impersonator, in fixed keys.

use super::compare::{Grade, Relation};

/// Why an account is taken for an impersonator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Reason {
    /// The official handle, on another platform.
    HandleEqual,
    HandleLooksAlike,
    HandleOneEdit,
    HandleTwoEdits,
    /// Only the separators differ.
    HandleSeparators,
    /// The same words in another order.
    HandleReordered,
    /// The handle beside words or digits, such as `_jp`, `official`, `01`.
    HandleAffix,
    /// The handle beside a claim and other words.
    HandleClaim,
    DisplayNameEqual,
    DisplayNameLooksAlike,
    DisplayNameOneEdit,
    DisplayNameTwoEdits,
    DisplayNameReordered,
    /// The name beside words that say nothing.
    DisplayNameAffix,
    /// The name beside words such as 公式 or 当選.
    DisplayNameClaim,
    InvisibleCharacters,
    /// The profile says official, prize or support.
    ClaimsOfficial,
    /// The profile leads into a private chat or hides where it leads.
    ContactLink,
    /// Made within the last 90 days.
    YoungAccount,
    /// The official account is on another platform.
    OtherPlatform,
}

impl Reason {
    /// Returns the key that stands for the reason in tables.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::HandleEqual => "handle_equal",
            Self::HandleLooksAlike => "handle_looks_alike",
            Self::HandleOneEdit => "handle_one_edit",
            Self::HandleTwoEdits => "handle_two_edits",
            Self::HandleSeparators => "handle_separators",
            Self::HandleReordered => "handle_reordered",
            Self::HandleAffix => "handle_affix",
            Self::HandleClaim => "handle_claim",
            Self::DisplayNameEqual => "display_name_equal",
            Self::DisplayNameLooksAlike => "display_name_looks_alike",
            Self::DisplayNameOneEdit => "display_name_one_edit",
            Self::DisplayNameTwoEdits => "display_name_two_edits",
            Self::DisplayNameReordered => "display_name_reordered",
            Self::DisplayNameAffix => "display_name_affix",
            Self::DisplayNameClaim => "display_name_claim",
            Self::InvisibleCharacters => "invisible_characters",
            Self::ClaimsOfficial => "claims_official",
            Self::ContactLink => "contact_link",
            Self::YoungAccount => "young_account",
            Self::OtherPlatform => "other_platform",
        }
    }
}

/// Returns what a likeness of handles is called.
pub(super) fn of_handle(relation: Relation) -> Vec<Reason> {
    match relation {
        Relation::Equal => vec![Reason::HandleEqual],
        Relation::Spaced => vec![Reason::HandleSeparators],
        Relation::Alike | Relation::Near => vec![Reason::HandleLooksAlike],
        Relation::Edit(_) => vec![Reason::HandleOneEdit],
        Relation::TwoEdits => vec![Reason::HandleTwoEdits],
        Relation::Moved => vec![Reason::HandleReordered],
        Relation::Claim(Grade::Equal) | Relation::Plain(Grade::Equal) => vec![Reason::HandleAffix],
        Relation::Claim(_) | Relation::Plain(_) => {
            vec![Reason::HandleLooksAlike, Reason::HandleAffix]
        }
        Relation::EditClaim(_) | Relation::EditPlain(_) => {
            vec![Reason::HandleOneEdit, Reason::HandleAffix]
        }
        Relation::PartClaim => vec![Reason::HandleClaim],
        Relation::Fan | Relation::Part => Vec::new(),
    }
}

/// Returns what a likeness of display names is called.
pub(super) fn of_name(relation: Relation) -> Vec<Reason> {
    match relation {
        Relation::Equal | Relation::Spaced => vec![Reason::DisplayNameEqual],
        Relation::Alike | Relation::Near => vec![Reason::DisplayNameLooksAlike],
        Relation::Edit(_) => vec![Reason::DisplayNameOneEdit],
        Relation::TwoEdits => vec![Reason::DisplayNameTwoEdits],
        Relation::Moved => vec![Reason::DisplayNameReordered],
        Relation::Claim(Grade::Equal) | Relation::PartClaim => vec![Reason::DisplayNameClaim],
        Relation::Claim(_) => vec![Reason::DisplayNameLooksAlike, Reason::DisplayNameClaim],
        Relation::Plain(Grade::Equal) => vec![Reason::DisplayNameAffix],
        Relation::Plain(_) => vec![Reason::DisplayNameLooksAlike, Reason::DisplayNameAffix],
        Relation::EditClaim(_) => vec![Reason::DisplayNameOneEdit, Reason::DisplayNameClaim],
        Relation::EditPlain(_) => vec![Reason::DisplayNameOneEdit, Reason::DisplayNameAffix],
        Relation::Fan | Relation::Part => Vec::new(),
    }
}
