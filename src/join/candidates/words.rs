//! Clues to evidence with the values it is about.

use super::Account;
use super::clues::Clue;
use super::evidence::{Evidence, FromEmail, FromName, Kind, PlaceMatch, UrlMatch};
use super::keys::What;
use super::people::Prepared;
use super::weights::Fact;

/// Returns a clue as evidence.
pub(super) fn evidence(
    clue: &Clue,
    person: &Prepared<'_>,
    account: &Account<'_>,
    window_hours: u32,
) -> Evidence {
    Evidence {
        kind: kind(clue, person, account, window_hours),
        others: clue.others,
        weight: clue.weight,
        counted: clue.counted,
    }
}

fn kind(clue: &Clue, person: &Prepared<'_>, account: &Account<'_>, window_hours: u32) -> Kind {
    match clue.what.fact() {
        Fact::Name => of_name(clue, person, account),
        Fact::Email | Fact::Address | Fact::Domain => of_mail(clue, person, account),
        Fact::Link => of_link(clue, person, account),
        Fact::Year => Kind::BirthYear {
            handle: handle(clue, account),
            year: clue.year,
        },
        Fact::Place => place(clue, person, account),
        Fact::Time => Kind::Time {
            posts_after_orders: clue.time.map_or(0, |following| following.after),
            expected: clue.time.map_or(0.0, |following| following.expected),
            window_hours,
        },
    }
}

fn handle(clue: &Clue, account: &Account<'_>) -> String {
    let handle = account.handles().nth(usize::from(clue.account_index));
    handle
        .unwrap_or_default()
        .trim_start_matches('@')
        .to_owned()
}

fn of_name(clue: &Clue, person: &Prepared<'_>, account: &Account<'_>) -> Kind {
    let written = person.raw.names.get(usize::from(clue.person_index));
    let name = written.map_or("", |(written, _)| written).trim().to_owned();
    let display = account.display_name.unwrap_or_default().trim().to_owned();
    let how = match clue.what {
        What::NameEqual => return Kind::NameEqual { display, name },
        What::ReadingEqual => return Kind::ReadingEqual { display, name },
        What::NameInDisplay => return Kind::NameInDisplay { display, name },
        What::PartOfName => return Kind::PartOfName { display, name },
        What::NameInBio => return Kind::NameInBio { name },
        What::HandleInitial => FromName::Initial,
        What::HandlePartAndYear => FromName::PartAndYear,
        _ => FromName::Full,
    };
    let handle = handle(clue, account);
    Kind::HandleFromName { handle, name, how }
}

fn of_mail(clue: &Clue, person: &Prepared<'_>, account: &Account<'_>) -> Kind {
    let mail = person.mails.get(usize::from(clue.person_index));
    let address = mail
        .and_then(Option::as_ref)
        .map_or("", |mail| &mail.address);
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let how = match clue.what {
        What::EmailInBio => {
            return Kind::EmailInBio {
                email: address.to_owned(),
            };
        }
        What::UrlDomain => {
            return Kind::Url {
                url: account.url.unwrap_or_default().trim().to_owned(),
                given: domain.to_owned(),
                how: UrlMatch::EmailDomain,
            };
        }
        What::MailEqual => FromEmail::Equal,
        What::MailLetters => FromEmail::Letters,
        _ => FromEmail::Part,
    };
    Kind::HandleFromEmail {
        handle: handle(clue, account),
        local: local.to_owned(),
        how,
    }
}

fn of_link(clue: &Clue, person: &Prepared<'_>, account: &Account<'_>) -> Kind {
    let given = person.raw.urls.get(usize::from(clue.person_index));
    let (url, how) = match clue.what {
        What::UrlProfile => (handle(clue, account), UrlMatch::Profile),
        _ => (
            account.url.unwrap_or_default().trim().to_owned(),
            UrlMatch::Same,
        ),
    };
    Kind::Url {
        url,
        given: given.map_or("", |url| url).trim().to_owned(),
        how,
    }
}

fn place(clue: &Clue, person: &Prepared<'_>, account: &Account<'_>) -> Kind {
    let how = clue.place.unwrap_or(PlaceMatch::Elsewhere);
    let place = match how {
        PlaceMatch::City => {
            // Of several municipalities the one that the profile names, where it does so in kanji.
            let location = account.location.unwrap_or_default();
            let cities = &person.place.cities;
            let named = cities.iter().find(|city| location.contains(city.as_str()));
            named.cloned().unwrap_or_else(|| cities.join("・"))
        }
        _ if person.raw.prefectures.is_empty() => person.raw.towns.join("・"),
        _ => person.raw.prefectures.join("・"),
    };
    Kind::Place {
        location: account.location.unwrap_or_default().trim().to_owned(),
        place,
        how,
    }
}
