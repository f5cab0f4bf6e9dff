//! The web font of a page: the glyphs it uses, cut out of M PLUS 1 with the symbols of M PLUS 1p, so that no machine shows boxes.

use std::collections::BTreeSet;

use allsorts::binary::read::ReadScope;
use allsorts::error::{ParseError, ReadWriteError};
use allsorts::font::read_cmap_subtable;
use allsorts::font_data::FontData;
use allsorts::subset::{CmapTarget, SubsetError, SubsetProfile, subset};
use allsorts::tables::FontTableProvider;
use allsorts::tables::cmap::Cmap;
use allsorts::tag;
use base64::Engine as _;

/// The family name pages and charts ask for.
pub const FONT_FAMILY: &str = "M PLUS 1";

const FONT: &[u8] = include_bytes!("font/Mplus1-with-symbols.otf");

/// Why the font could not be cut.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FontError {
    /// The font has no usable table of characters.
    #[error("the embedded font has no Unicode character map")]
    NoCharacterMap,
    /// The font could not be read.
    #[error("the embedded font could not be read: {0}")]
    Read(#[from] ParseError),
    /// The font holds no usable face.
    #[error("the embedded font has no usable face: {0}")]
    Face(#[from] ReadWriteError),
    /// The glyphs could not be cut out.
    #[error("the embedded font could not be cut to the glyphs of the page: {0}")]
    Subset(#[from] SubsetError),
}

/// Returns an `@font-face` rule that embeds the glyphs of every character of `text` the font knows.
///
/// Characters the font lacks are left to the fonts of the reader's machine. The same set of characters gives the same
/// bytes, whatever their order.
///
/// # Errors
///
/// [`FontError`] when the embedded font cannot be read or cut.
pub fn font_face(text: &str) -> Result<String, FontError> {
    let font = web_font(text)?;
    let data = base64::engine::general_purpose::STANDARD.encode(font);
    Ok(format!(
        "@font-face{{font-family:\"{FONT_FAMILY}\";font-weight:400;font-style:normal;\
         src:url(data:font/otf;base64,{data}) format(\"opentype\")}}"
    ))
}

/// Cuts the glyphs of `text` out of the embedded font.
fn web_font(text: &str) -> Result<Vec<u8>, FontError> {
    let font = ReadScope::new(FONT).read::<FontData<'_>>()?;
    let provider = font.table_provider(0)?;
    let map_data = provider.read_table_data(tag::CMAP)?;
    let map = ReadScope::new(&map_data).read::<Cmap<'_>>()?;
    let (_, characters) = read_cmap_subtable(&map)?.ok_or(FontError::NoCharacterMap)?;
    // Glyph 0 stands for what is missing and must come first.
    let mut glyphs = BTreeSet::from([0]);
    for character in text.chars().collect::<BTreeSet<char>>() {
        if let Some(glyph) = characters.map_glyph(u32::from(character))? {
            glyphs.insert(glyph);
        }
    }
    let glyphs: Vec<u16> = glyphs.into_iter().collect();
    Ok(subset(
        &provider,
        &glyphs,
        &SubsetProfile::Minimal,
        CmapTarget::Unicode,
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::words::Lang;

    fn glyph_of(font: &[u8], character: char) -> Option<u16> {
        let font = ReadScope::new(font).read::<FontData<'_>>().unwrap();
        let provider = font.table_provider(0).unwrap();
        let data = provider.read_table_data(tag::CMAP).unwrap().into_owned();
        let map = ReadScope::new(&data).read::<Cmap<'_>>().unwrap();
        let (_, characters) = read_cmap_subtable(&map).unwrap().unwrap();
        characters
            .map_glyph(u32::from(character))
            .unwrap()
            .filter(|glyph| *glyph != 0)
    }

    #[test]
    fn the_cut_font_knows_the_characters_asked_for_and_no_others() {
        let font = web_font("売上ABC").unwrap();
        for character in "売上ABC".chars() {
            assert!(glyph_of(&font, character).is_some(), "{character}");
        }
        assert_eq!(glyph_of(&font, '猫'), None);
        // No names of glyphs travel with it.
        assert!(font.len() < 20_000, "{} bytes", font.len());
    }

    #[test]
    fn the_order_of_characters_does_not_matter() {
        assert_eq!(
            web_font("声を聞く").unwrap(),
            web_font("く聞を声声").unwrap()
        );
    }

    #[test]
    fn the_font_has_a_glyph_for_everything_the_page_itself_writes() {
        let page = [
            include_str!("html/templates/page.html"),
            include_str!("html/templates/page.css"),
        ];
        let letters = page.iter().flat_map(|text| text.chars());
        let missing: BTreeSet<char> = letters
            .filter(|letter| !letter.is_control() && glyph_of(FONT, *letter).is_none())
            .collect();
        assert_eq!(missing, BTreeSet::new());
    }

    #[test]
    fn the_font_has_a_glyph_for_every_word_of_the_report() {
        let mut missing = BTreeSet::new();
        for lang in [Lang::Ja, Lang::En] {
            for key in lang.words().keys() {
                let text = lang.words().get(key);
                missing.extend(text.chars().filter(|c| glyph_of(FONT, *c).is_none()));
            }
        }
        missing.extend(
            "−–¥€£円万億…"
                .chars()
                .filter(|c| glyph_of(FONT, *c).is_none()),
        );
        assert_eq!(missing, BTreeSet::new());
    }

    #[test]
    fn the_font_has_a_glyph_for_what_posts_are_written_with() {
        let written = "【】《》〔〕★☆♪♡♥※〒①⑳→←○●◎△▼■〜～℃＃＠！？（）ＡＺａｚ０９ｱﾝﾞ･ヽヾ〇々";
        let missing: String = written
            .chars()
            .filter(|letter| glyph_of(FONT, *letter).is_none())
            .collect();
        assert_eq!(missing, "");
        let cut = web_font("【珈琲】ＡＢ♪").unwrap();
        assert!(
            "【】ＡＢ♪"
                .chars()
                .all(|letter| glyph_of(&cut, letter).is_some())
        );
    }

    #[test]
    fn characters_unknown_to_the_font_do_no_harm() {
        assert!(
            font_face("\u{1F600}\u{10FFFF}\u{0}")
                .unwrap()
                .starts_with("@font-face")
        );
    }
}
