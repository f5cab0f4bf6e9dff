//! Google: customer list of Customer Match.
//!
//! E-mail, telephone and names are hashed, country and postal code are not. E-mail addresses of gmail.com and googlemail.com lose
//! the points before the `@`; telephone numbers are hashed in E.164, with the `+`.

use super::hashed::{email, names, place, sha256};
use super::{Member, Plan, Sheet, machine};

const HEADINGS: [&str; 6] = [
    "Email",
    "Phone",
    "First Name",
    "Last Name",
    "Country",
    "Zip",
];

pub(super) fn sheet(plan: &Plan) -> Sheet {
    machine(Some(&HEADINGS), plan.listed.iter().map(row).collect())
}

fn row(member: &Member) -> Vec<String> {
    let (family, given) = names(member);
    // An address is matched by all four of these or not at all.
    let code = place(member).filter(|_| !family.is_empty() && !given.is_empty());
    let (first, last) = match &code {
        Some(_) => (sha256(&given), sha256(&family)),
        None => (String::new(), String::new()),
    };
    vec![
        sha256(&without_points(&email(member))),
        sha256(member.phone.as_deref().unwrap_or_default()),
        first,
        last,
        code.as_ref().map_or_else(String::new, |_| "JP".to_owned()),
        code.unwrap_or_default(),
    ]
}

/// Returns an address without the points that Gmail ignores.
fn without_points(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((mailbox, domain)) if domain == "gmail.com" || domain == "googlemail.com" => {
            format!("{}@{domain}", mailbox.replace('.', ""))
        }
        _ => email.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_count_everywhere_but_at_gmail() {
        for (written, normal) in [
            (
                "jefferson.loves.hiking@gmail.com",
                "jeffersonloveshiking@gmail.com",
            ),
            ("j.l@googlemail.com", "jl@googlemail.com"),
            ("j.l@example.com", "j.l@example.com"),
            ("", ""),
        ] {
            assert_eq!(without_points(written), normal);
        }
    }
}
