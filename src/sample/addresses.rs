//! Addresses: real prefectures and towns, invented numbers and buildings.

use rand::{Rng, RngExt};
use std::sync::LazyLock;

use super::seed::{pick, weighted};

/// A town and what is needed to write it on an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// JIS prefecture number without leading zero, `14`.
    pub prefecture_id: u32,
    pub prefecture: &'static str,
    pub city: &'static str,
    pub town: &'static str,
    /// First three digits of the postal code.
    pub zip: &'static str,
    /// How people of that place name it in a profile.
    pub area: &'static str,
}

static PLACES: LazyLock<(Vec<Place>, Vec<f64>)> = LazyLock::new(|| {
    let mut places = Vec::new();
    let mut weights = Vec::new();
    for line in include_str!("data/places.tsv").lines() {
        let cells: Vec<&'static str> = line.split('\t').collect();
        if let [id, prefecture, city, town, zip, area, weight] = cells[..] {
            let prefecture_id = id.parse().unwrap_or(0);
            places.push(Place {
                prefecture_id,
                prefecture,
                city,
                town,
                zip,
                area,
            });
            weights.push(weight.parse().unwrap_or(1.0));
        }
    }
    (places, weights)
});

/// Names of buildings, all invented.
pub(super) const BUILDINGS: [&str; 14] = [
    "コーポひなた",
    "ハイツ若葉",
    "メゾン青葉",
    "グリーンハイム",
    "サンコート",
    "レジデンス海風",
    "ヴィラ松風",
    "パークサイド緑",
    "第二みどり荘",
    "シティハウス",
    "エステート桜",
    "リバーテラス",
    "プラザ丘の上",
    "ことり荘",
];

/// One household's address, kept in parts so that it can be written in several ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub place: Place,
    /// Last four digits of the postal code.
    pub zip_tail: u32,
    numbers: [u32; 3],
    building: Option<(&'static str, u32)>,
}

/// How the numbers of an address are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `3-12-5`
    Hyphens,
    /// `3丁目12番5号`
    Words,
    /// `３－１２－５`
    FullWidth,
}

/// Draws a town, with a bias to the shop's own coast.
pub(super) fn draw_place(rng: &mut impl Rng) -> Place {
    let (places, weights) = &*PLACES;
    places[weighted(weights, rng)]
}

impl Address {
    /// Draws an address, with a bias to the shop's own coast.
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        let place = draw_place(rng);
        let building = rng.random_bool(0.45).then(|| {
            (
                *pick(&BUILDINGS, rng),
                rng.random_range(1..=9) * 100 + rng.random_range(1..=12),
            )
        });
        Self {
            place,
            zip_tail: rng.random_range(1..=85),
            numbers: [
                rng.random_range(1..=6),
                rng.random_range(1..=38),
                rng.random_range(1..=24),
            ],
            building,
        }
    }

    /// Writes the postal code, with or without its hyphen.
    pub(super) fn postal_code(&self, hyphen: bool) -> String {
        let hyphen = if hyphen { "-" } else { "" };
        format!("{}{hyphen}{:04}", self.place.zip, self.zip_tail)
    }

    /// Writes city and town, as in the first address line.
    pub(super) fn first_line(&self) -> String {
        format!("{}{}", self.place.city, self.place.town)
    }

    /// Writes numbers and building, as in the second address line.
    pub(super) fn second_line(&self, style: Style) -> String {
        let [a, b, c] = self.numbers;
        let mut out = match style {
            Style::Hyphens => format!("{a}-{b}-{c}"),
            Style::Words => format!("{a}丁目{b}番{c}号"),
            Style::FullWidth => full_width(&format!("{a}-{b}-{c}")),
        };
        if let Some((name, room)) = self.building {
            let room = room.to_string();
            out.push_str(if style == Style::FullWidth {
                "　"
            } else {
                " "
            });
            out.push_str(name);
            out.push_str(&if style == Style::FullWidth {
                full_width(&room)
            } else {
                room
            });
        }
        out
    }
}

/// Writes digits and hyphens in full width.
pub(super) fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0'..='9' => char::from_u32(u32::from(c) - 0x30 + 0xFF10).unwrap_or(c),
            '-' => '－',
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::seed::{Domain, stream};
    use super::*;

    #[test]
    fn every_prefecture_has_a_town() {
        let mut ids: Vec<u32> = PLACES.0.iter().map(|p| p.prefecture_id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids, (1..=47).collect::<Vec<_>>());
        assert!(PLACES.0.iter().all(|p| p.zip.len() == 3));
    }

    #[test]
    fn styles_write_the_same_numbers() {
        let mut rng = stream(3, Domain::Person, 1, 0);
        let address = Address {
            building: None,
            numbers: [3, 12, 5],
            ..Address::draw(&mut rng)
        };
        assert_eq!(address.second_line(Style::Hyphens), "3-12-5");
        assert_eq!(address.second_line(Style::Words), "3丁目12番5号");
        assert_eq!(address.second_line(Style::FullWidth), "３－１２－５");
    }
}
