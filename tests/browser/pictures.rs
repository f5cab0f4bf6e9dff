//! Pictures of pages against accepted ones.
//!
//! Pictures are kept at half the size: enough to see what moved, little to carry, and the edges of letters, which differ
//! between versions of the browser, weigh less. With `ACCEPT_PICTURES=1` the pictures found are the accepted ones from
//! then on; look at them before committing them.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Pixels of the screen per pixel kept, along each side.
const REDUCTION: usize = 2;

/// A channel, 0 to 255, that differs by no more is the same colour.
const SAME_COLOUR: u8 = 48;

/// Share of pixels that may differ: a few other figures are within, a moved paragraph or a lost chart is not.
const MAY_DIFFER: f64 = 0.015;

/// An opaque picture in red, green and blue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    /// Row by row, three bytes a pixel.
    pixels: Vec<u8>,
}

impl Picture {
    /// Reads a PNG of eight bits per channel.
    pub fn decode(bytes: Vec<u8>) -> Self {
        let mut reader = png::Decoder::new(Cursor::new(bytes))
            .read_info()
            .expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let frame = reader.next_frame(&mut pixels).expect("a frame");
        assert_eq!(frame.bit_depth, png::BitDepth::Eight);
        let channels = match frame.color_type {
            png::ColorType::Rgb => 3,
            png::ColorType::Rgba => 4,
            other => panic!("a picture in {other:?}"),
        };
        Self {
            width: frame.width as usize,
            height: frame.height as usize,
            pixels: pixels
                .chunks_exact(channels)
                .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
                .collect(),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let side = |pixels: usize| u32::try_from(pixels).expect("a side of a screen");
        let mut encoder = png::Encoder::new(&mut bytes, side(self.width), side(self.height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&self.pixels).expect("pixels");
        writer.finish().expect("an end");
        bytes
    }

    /// Replaces each square of pixels by its mean, rounded down; what is left over at the edges is dropped.
    pub fn reduced(&self) -> Self {
        let (width, height) = (self.width / REDUCTION, self.height / REDUCTION);
        let mut pixels = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                for channel in 0..3 {
                    let mut sum = 0;
                    for dy in 0..REDUCTION {
                        for dx in 0..REDUCTION {
                            let at = (y * REDUCTION + dy) * self.width + x * REDUCTION + dx;
                            sum += usize::from(self.pixels[at * 3 + channel]);
                        }
                    }
                    let mean = sum / (REDUCTION * REDUCTION);
                    pixels.push(u8::try_from(mean).expect("a mean of bytes"));
                }
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Returns the share of pixels that differ from those of a picture of the same size, and a picture of where.
    pub fn difference(&self, other: &Self) -> (f64, Self) {
        let mut count = 0_u32;
        let mut marked = Vec::with_capacity(self.pixels.len());
        for (one, two) in self
            .pixels
            .chunks_exact(3)
            .zip(other.pixels.chunks_exact(3))
        {
            let most = one.iter().zip(two).map(|(a, b)| a.abs_diff(*b)).max();
            if most > Some(SAME_COLOUR) {
                count += 1;
                marked.extend([255, 0, 160]);
            } else {
                // The rest is pale, so that the marks stand out.
                marked.extend(one.iter().map(|channel| 160 + channel / 3));
            }
        }
        let share = f64::from(count) / (self.width * self.height).max(1) as f64;
        let marked = Self {
            width: self.width,
            height: self.height,
            pixels: marked,
        };
        (share, marked)
    }
}

/// Compares a screenshot with the accepted picture of this name, and returns what is wrong with it.
pub fn compare(name: &str, screenshot: Vec<u8>) -> Option<String> {
    let found = Picture::decode(screenshot).reduced();
    let path = accepted(name);
    if std::env::var_os("ACCEPT_PICTURES").is_some_and(|value| value == "1") {
        write(&path, &found);
        return None;
    }
    let Ok(bytes) = fs::read(&path) else {
        return Some(format!(
            "{name}: there is no accepted picture; ACCEPT_PICTURES=1 makes it"
        ));
    };
    let wanted = Picture::decode(bytes);
    if (wanted.width, wanted.height) != (found.width, found.height) {
        return Some(format!(
            "{name}: {} x {} pixels accepted, {} x {} found",
            wanted.width, wanted.height, found.width, found.height
        ));
    }
    let (share, marked) = found.difference(&wanted);
    if share <= MAY_DIFFER {
        return None;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let seen = folder.join(format!("{name}.png"));
    write(&seen, &found);
    write(&folder.join(format!("{name}-difference.png")), &marked);
    Some(format!(
        "{name}: {:.2} % of the picture differs, see {}; ACCEPT_PICTURES=1 accepts it",
        share * 100.0,
        seen.display()
    ))
}

fn accepted(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/browser/{name}.png"))
}

fn write(path: &Path, picture: &Picture) {
    let folder = path.parent().expect("a folder");
    fs::create_dir_all(folder).expect("the folder can be made");
    fs::write(path, picture.encode()).expect("the picture can be written");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: usize, height: usize, value: u8) -> Picture {
        Picture {
            width,
            height,
            pixels: vec![value; width * height * 3],
        }
    }

    #[test]
    fn a_picture_survives_its_file() {
        let mut picture = grey(5, 3, 7);
        picture.pixels[4] = 200;
        assert_eq!(Picture::decode(picture.encode()), picture);
    }

    #[test]
    fn halves_are_means() {
        let mut picture = grey(5, 4, 100);
        picture.pixels[0] = 60;
        let small = picture.reduced();
        assert_eq!((small.width, small.height), (2, 2));
        assert_eq!(small.pixels[..4], [90, 100, 100, 100]);
    }

    #[test]
    fn what_differs_is_counted_and_marked() {
        let (one, mut other) = (grey(10, 10, 250), grey(10, 10, 240));
        assert_eq!(one.difference(&other).0, 0.0);
        for channel in &mut other.pixels[..9] {
            *channel = 10;
        }
        let (share, marked) = one.difference(&other);
        assert!((share - 0.03).abs() < 1e-12, "{share}");
        assert_eq!(marked.pixels[..3], [255, 0, 160]);
    }
}
