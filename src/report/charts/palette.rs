//! The colours of every chart: one calm, warm set that colour-blind readers can tell apart.
//!
//! Hues follow Okabe and Ito's colour-universal palette (blue, orange, bluish green, vermilion), toned down to indigo
//! and coffee. A colour is named by its role; the light value is written into the picture, and a page may override it
//! by the CSS variables of [`chart_css`].

use std::fmt::Write as _;

/// A role that a colour plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Background.
    Paper,
    /// Titles and values.
    Text,
    /// Subtitles, axis labels, notes.
    Soft,
    /// Horizontal grid lines.
    Grid,
    /// Zero lines, leaders and brackets.
    Axis,
    /// Shaded time ranges.
    Shade,
    /// The main series.
    Main,
    /// The main series where it is not spoken of.
    MainSoft,
    /// The second series.
    Second,
    /// The second series where it is not spoken of.
    SecondSoft,
    /// Good news, positive voices.
    Good,
    /// Bad news, negative voices, alerts.
    Bad,
    /// What is neither: neutral voices, never asked.
    Neutral,
    /// Steps of the heat map, from nothing to most.
    Heat(u8),
    /// Groups that are neither good nor bad, up to [`GROUPS`].
    Group(u8),
    /// Text on the lower steps of a heat map.
    OnLow,
    /// Text on the upper steps of a heat map.
    OnHigh,
    /// Text on the second series.
    OnSecond,
}

/// Number of heat map steps.
pub(super) const HEAT_STEPS: u8 = 7;

/// Number of groups with a colour of their own.
pub(super) const GROUPS: u8 = 6;

/// The first heat step whose text is written in [`Ink::OnHigh`].
const FIRST_HIGH_STEP: u8 = 4;

struct Tone {
    ink: Ink,
    class: &'static str,
    light: u32,
    dark: u32,
}

const fn tone(ink: Ink, class: &'static str, light: u32, dark: u32) -> Tone {
    Tone {
        ink,
        class,
        light,
        dark,
    }
}

/// All tones; light values differ from each other, so that a written colour leads back to its role.
const TONES: [Tone; 29] = [
    tone(Ink::Paper, "paper", 0xFFFFFF, 0x1E1B1A),
    tone(Ink::Text, "text", 0x2B2622, 0xF1EBE4),
    tone(Ink::Soft, "soft", 0x6C625A, 0xB9AEA4),
    tone(Ink::Grid, "grid", 0xEAE5DF, 0x38332F),
    tone(Ink::Axis, "axis", 0xA89C91, 0x7D736A),
    tone(Ink::Shade, "shade", 0xF6F2EC, 0x292523),
    tone(Ink::Main, "main", 0x3C5A96, 0x8FAAE6),
    tone(Ink::MainSoft, "main-soft", 0xB3C0DC, 0x46557C),
    tone(Ink::Second, "second", 0xD08A3C, 0xE3A65F),
    tone(Ink::SecondSoft, "second-soft", 0xECD2B0, 0x77573A),
    tone(Ink::Good, "good", 0x2B8C80, 0x5CBFB1),
    tone(Ink::Bad, "bad", 0xC2502F, 0xEB8162),
    tone(Ink::Neutral, "neutral", 0xD8D0C7, 0x57504A),
    tone(Ink::Heat(0), "heat-0", 0xF4F1ED, 0x2A2624),
    tone(Ink::Heat(1), "heat-1", 0xE0E6F2, 0x2B3146),
    tone(Ink::Heat(2), "heat-2", 0xC5D0E7, 0x333D5C),
    tone(Ink::Heat(3), "heat-3", 0xA3B4D8, 0x3F4E79),
    tone(Ink::Heat(4), "heat-4", 0x5873AF, 0x7F98D3),
    tone(Ink::Heat(5), "heat-5", 0x45629F, 0x9DB3E6),
    tone(Ink::Heat(6), "heat-6", 0x2E4881, 0xC2D1F5),
    tone(Ink::OnLow, "on-low", 0x2B2623, 0xF1EBE5),
    tone(Ink::OnHigh, "on-high", 0xFFFFFE, 0x171A24),
    tone(Ink::OnSecond, "on-second", 0x2B2621, 0x171A23),
    tone(Ink::Group(0), "group-0", 0x3C5A97, 0x8FAAE5),
    tone(Ink::Group(1), "group-1", 0xD08A3D, 0xE3A65E),
    tone(Ink::Group(2), "group-2", 0x2B8C81, 0x5CBFB2),
    tone(Ink::Group(3), "group-3", 0x9A5B8F, 0xCF94C4),
    tone(Ink::Group(4), "group-4", 0x6F9FC4, 0x9CC7E6),
    tone(Ink::Group(5), "group-5", 0x8F8436, 0xC4BA6A),
];

fn tone_of(ink: Ink) -> &'static Tone {
    TONES
        .iter()
        .find(|tone| tone.ink == ink)
        .unwrap_or(&TONES[1])
}

impl Ink {
    /// Red, green and blue on white paper.
    pub(super) fn rgb(self) -> (u8, u8, u8) {
        let light = tone_of(self).light;
        ((light >> 16) as u8, (light >> 8) as u8, light as u8)
    }

    /// The heat step of a share of the largest value, 0 when there is nothing.
    pub(super) fn heat(share: f64) -> Ink {
        if share.is_nan() || share <= 0.0 {
            return Ink::Heat(0);
        }
        let step = 1 + (share.min(1.0) * f64::from(HEAT_STEPS - 1) - 1e-9).floor() as u8;
        Ink::Heat(step.min(HEAT_STEPS - 1))
    }

    /// The ink of text on this heat step.
    pub(super) fn on_heat(self) -> Ink {
        match self {
            Ink::Heat(step) if step >= FIRST_HIGH_STEP => Ink::OnHigh,
            _ => Ink::OnLow,
        }
    }
}

/// Class of the role whose light colour is written as `#RRGGBB`.
pub(super) fn class_of_hex(hex: &str) -> Option<&'static str> {
    let value = u32::from_str_radix(hex.strip_prefix('#')?, 16).ok()?;
    TONES
        .iter()
        .find(|tone| tone.light == value)
        .map(|tone| tone.class)
}

/// Returns the style sheet a page with charts includes once.
///
/// It maps the classes of the charts to variables `--chart-text`, `--chart-main` and so on, with a light and a dark set:
/// dark when the reader's system is dark and the page does not say `data-theme="light"` on its root element, or when
/// it says `data-theme="dark"`. Without the style sheet the charts are light.
#[must_use]
pub fn chart_css() -> String {
    let mut light = String::new();
    let mut dark = String::new();
    let mut rules = String::new();
    for tone in &TONES {
        let class = tone.class;
        // Writing to a String cannot fail.
        let _ = write!(light, "--chart-{class}:#{:06X};", tone.light);
        let _ = write!(dark, "--chart-{class}:#{:06X};", tone.dark);
        let _ = writeln!(
            rules,
            ".koe-chart .f-{class}{{fill:var(--chart-{class})}}.koe-chart .s-{class}{{stroke:var(--chart-{class})}}"
        );
    }
    format!(
        ".koe-chart{{{light}}}\n@media (prefers-color-scheme:dark){{:root:not([data-theme=\"light\"]) .koe-chart{{{dark}}}}}\n\
         :root[data-theme=\"dark\"] .koe-chart{{{dark}}}\n\
         @media print{{:root .koe-chart,:root:not([data-theme=\"light\"]) .koe-chart{{{light}}}}}\n{rules}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_colours_are_all_different() {
        for (i, a) in TONES.iter().enumerate() {
            for b in &TONES[i + 1..] {
                assert_ne!(a.light, b.light, "{} and {}", a.class, b.class);
            }
        }
    }

    /// WCAG 2 relative luminance.
    fn luminance(rgb: u32) -> f64 {
        let channel = |shift: u32| {
            let c = f64::from((rgb >> shift) & 0xFF) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    }

    fn contrast(a: u32, b: u32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_readable_on_paper_and_on_heat_in_both_modes() {
        for ink in [Ink::Text, Ink::Soft] {
            let (text, paper) = (tone_of(ink), tone_of(Ink::Paper));
            assert!(contrast(text.light, paper.light) > 4.5, "{ink:?}");
            assert!(contrast(text.dark, paper.dark) > 4.5, "{ink:?}");
        }
        for step in 0..HEAT_STEPS {
            let cell = tone_of(Ink::Heat(step));
            let text = tone_of(Ink::Heat(step).on_heat());
            let (light, dark) = (
                contrast(text.light, cell.light),
                contrast(text.dark, cell.dark),
            );
            assert!(
                light > 4.5 && dark > 4.5,
                "step {step}: {light:.2} {dark:.2}"
            );
        }
    }

    #[test]
    fn heat_begins_at_nothing_and_ends_at_the_last_step() {
        assert_eq!(Ink::heat(0.0), Ink::Heat(0));
        assert_eq!(Ink::heat(0.01), Ink::Heat(1));
        assert_eq!(Ink::heat(1.0), Ink::Heat(HEAT_STEPS - 1));
        assert_eq!(Ink::heat(f64::NAN), Ink::Heat(0));
    }
}
