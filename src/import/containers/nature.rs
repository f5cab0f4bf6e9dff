//! Files that lie among exports and are none.

/// First bytes of what is no export, and what it is.
const KINDS: &[(&[u8], (&str, &str))] = &[
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"BM", PICTURE),
    (b"II*\0", PICTURE),
    (b"MM\0*", PICTURE),
    (b"\0\0\x01\0", PICTURE),
    (b"%PDF", ("PDF 文書", "PDF document")),
    (b"ID3", SOUND),
    (b"OggS", SOUND),
    (b"fLaC", SOUND),
    (b"\x1aE\xdf\xa3", FILM),
    (b"OTTO", FONT),
    (b"\0\x01\0\0", FONT),
    (b"wOFF", FONT),
    (b"wOF2", FONT),
    (b"MZ\x90", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"SQLite format 3", ("データベース", "database")),
];
const PICTURE: (&str, &str) = ("画像", "picture");
const SOUND: (&str, &str) = ("音声", "sound");
const FILM: (&str, &str) = ("動画", "film");
const FONT: (&str, &str) = ("フォント", "font");
const PROGRAM: (&str, &str) = ("プログラム", "program");
const PAGE: (&str, &str) = ("ウェブページ", "web page");
/// An office document that is no workbook.
pub(super) const DOCUMENT: (&str, &str) = ("文書", "document");

/// Folders by which a download of one's own data from Meta or Google is known.
const DOWNLOAD_FOLDERS: &[&str] = &[
    "ads_information",
    "apps_and_websites_off_of_facebook",
    "apps_and_websites_off_of_instagram",
    "connections",
    "logged_information",
    "personal_information",
    "preferences",
    "security_and_login_information",
    "takeout",
    "your_facebook_activity",
    "your_instagram_activity",
];

/// Returns what a file is that can be no export, by its first bytes.
pub(super) fn other(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let is_boxed = head.get(4..8) == Some(b"ftyp".as_slice());
    if is_boxed {
        let is_picture = [b"heic", b"heix", b"avif", b"mif1"]
            .iter()
            .any(|brand| head.get(8..12) == Some(brand.as_slice()));
        return Some(if is_picture { PICTURE } else { FILM });
    }
    if head.starts_with(b"RIFF") {
        let is_picture = head.get(8..12) == Some(b"WEBP".as_slice());
        return Some(if is_picture { PICTURE } else { FILM });
    }
    // `BM` may begin a table, too: a bitmap has zero bytes behind it.
    let is_kind = |bytes: &&[u8]| {
        head.starts_with(bytes) && (*bytes != b"BM" || head[..head.len().min(32)].contains(&0))
    };
    if let Some((_, kind)) = KINDS.iter().find(|(bytes, _)| is_kind(bytes)) {
        return Some(*kind);
    }
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    (text.starts_with("<!doctype html") || text.starts_with("<html")).then_some(PAGE)
}

/// First bytes of archives, workbooks and the like, and where they stand.
const PACKED: &[(usize, &[u8])] = &[
    (0, b"PK\x03\x04"),
    (0, b"PK\x05\x06"),
    (0, b"Rar!\x1a\x07"),
    (0, b"7z\xbc\xaf\x27\x1c"),
    (0, b"\xd0\xcf\x11\xe0"),
    (0, b"PAR1"),
    (0, b"\xfd7zXZ\0"),
    (0, b"BZh"),
    (257, b"ustar"),
];

/// Returns whether it is an archive, a workbook or a Parquet file, by its first bytes.
pub(super) fn is_packed(head: &[u8]) -> bool {
    PACKED.iter().any(|(place, bytes)| {
        head.get(*place..)
            .is_some_and(|rest| rest.starts_with(bytes))
    })
}

/// Ends of names that say that no table is meant.
const OF_OTHERS: &[&str] = &[
    "htm", "html", "xhtml", "mhtml", "js", "css", "jpg", "jpeg", "png", "gif", "webp", "bmp",
    "tif", "tiff", "ico", "heic", "heif", "avif", "svg", "pdf", "mp3", "m4a", "aac", "ogg", "flac",
    "wav", "mp4", "m4v", "mov", "webm", "mkv", "avi", "ttf", "otf", "woff", "woff2", "exe", "dll",
    "msi", "so", "dylib", "bin", "db", "sqlite", "sqlite3", "doc", "docx", "ppt", "pptx", "odt",
    "odp", "key", "pages",
];
/// Ends of names of what is compressed; the end before says of what.
const COMPRESSED: &[&str] = &["gz", "zst"];

/// Returns whether a path (`/` between folders) says that no table lies there, or lies in a download of which only some files are
/// read. What has another name, or none that says anything, and is a picture or a page was not exported as it was meant to be.
pub fn is_named_as_other(path: &str) -> bool {
    let lower = path.to_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let mut ends = name.rsplit('.').take(name.matches('.').count());
    let last = ends.next().unwrap_or_default();
    let end = match COMPRESSED.contains(&last) {
        true => ends.next().unwrap_or_default(),
        false => last,
    };
    OF_OTHERS.contains(&end) || is_of_a_download(path)
}

/// Returns whether a path (`/` between folders) lies in a download of one's own data, of which only some files are read.
pub fn is_of_a_download(path: &str) -> bool {
    let mut folders = path.split('/');
    folders.any(|folder| DOWNLOAD_FOLDERS.contains(&&*folder.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_whether_something_else_than_a_table_was_meant() {
        for path in [
            "consents.csv",
            "a/CONSENTS.CSV",
            "a.b.jsonl",
            "orders.xls",
            "log.csv.gz",
            "log.gz",
            "more.zip/consents.csv",
            "stdin",
            "consents.csv.1",
            "consents.csv (1)",
            "consents.html/list",
        ] {
            assert!(!is_named_as_other(path), "{path}");
        }
        for path in [
            "shop.jpg",
            "page.html",
            "photo.jpg.gz",
            "a/PAGE.HTM",
            "Takeout/map.json",
        ] {
            assert!(is_named_as_other(path), "{path}");
        }
    }
}
