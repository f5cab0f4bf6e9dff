//! A canvas as a PNG picture on white paper.

use super::canvas::{Canvas, Medium, WIDTH};
use plotters::prelude::BitMapBackend;

/// Pixels drawn per pixel kept along each side: plotters does not smooth edges, averaging does.
const OVERSAMPLING: u32 = 2;

/// Largest scale: 6,400 pixels wide.
pub(super) const MAX_SCALE: u32 = 4;

/// Draws a canvas `scale` times as large as its drawing units and encodes it.
pub(super) fn render(canvas: &Canvas, scale: u32) -> Result<Vec<u8>, String> {
    let scale = scale.clamp(1, MAX_SCALE);
    let height = canvas.height.ceil().clamp(1.0, 8000.0) as u32;
    let (width, height) = (WIDTH as u32 * scale, height * scale);
    let large = (width * OVERSAMPLING, height * OVERSAMPLING);
    // Paper.
    let mut pixels = vec![255_u8; large.0 as usize * large.1 as usize * 3];
    {
        let mut backend = BitMapBackend::with_buffer(&mut pixels, large);
        canvas.paint(&mut backend, Medium::bitmap(scale * OVERSAMPLING))?;
    }
    encode(&average(&pixels, width, height), width, height)
}

/// Replaces each square of drawn pixels by its mean.
fn average(large: &[u8], width: u32, height: u32) -> Vec<u8> {
    const SQUARE: u16 = (OVERSAMPLING * OVERSAMPLING) as u16;
    let (width, height, n) = (width as usize, height as usize, OVERSAMPLING as usize);
    let (row, kept_row) = (width * n * 3, width * 3);
    let mut small = Vec::with_capacity(kept_row * height);
    let mut sums = vec![0_u16; row];
    let mut above: &[u8] = &[];
    for squares in large.chunks_exact(row * n) {
        // Much of a chart is paper and bars: rows as the ones above.
        if squares == above {
            small.extend_from_within(small.len() - kept_row..);
            continue;
        }
        above = squares;
        sums.fill(0);
        for drawn in squares.chunks_exact(row) {
            for (sum, part) in sums.iter_mut().zip(drawn) {
                *sum += u16::from(*part);
            }
        }
        let start = small.len();
        small.resize(start + kept_row, 0);
        let kept = small[start..].chunks_exact_mut(3);
        for (kept, columns) in kept.zip(sums.chunks_exact(n * 3)) {
            let mut square = [0_u16; 3];
            for column in columns.chunks_exact(3) {
                for (sum, part) in square.iter_mut().zip(column) {
                    *sum += part;
                }
            }
            for (kept, sum) in kept.iter_mut().zip(square) {
                *kept = (sum / SQUARE) as u8;
            }
        }
    }
    small
}

fn encode(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(::png::ColorType::Rgb);
    encoder.set_depth(::png::BitDepth::Eight);
    // Flat colours and lettering pack better as they are than as differences, and little better by a long search.
    encoder.set_filter(::png::Filter::NoFilter);
    encoder.set_deflate_compression(::png::DeflateCompression::Level(2));
    let mut writer = encoder.write_header().map_err(|e| e.to_string())?;
    writer.write_image_data(pixels).map_err(|e| e.to_string())?;
    writer.finish().map_err(|e| e.to_string())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_the_mean_of_its_square_rounded_down() {
        let (width, height) = (3_usize, 4_usize);
        let n = OVERSAMPLING as usize;
        let row = width * n * n * 3;
        // The second row of squares is as the first, the fourth as the third.
        let drawn: Vec<u8> = (0..row * height)
            .map(|place| place / (2 * row) * row + place % row)
            .map(|place| (place * 37 % 256) as u8)
            .collect();
        let found = average(&drawn, width as u32, height as u32);
        let mut means = Vec::new();
        for y in 0..height {
            for x in 0..width {
                for channel in 0..3 {
                    let places = (0..n).flat_map(|dy| (0..n).map(move |dx| (dy, dx)));
                    let sum: u32 = places
                        .map(|(dy, dx)| (y * n + dy) * width * n + x * n + dx)
                        .map(|place| u32::from(drawn[place * 3 + channel]))
                        .sum();
                    means.push((sum / (n * n) as u32) as u8);
                }
            }
        }
        assert_eq!(found, means);
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same_pixels() {
        let (width, height) = (40_u32, 30_u32);
        let pixels: Vec<u8> = (0..width * height * 3)
            .map(|place| (place / 7 % 256) as u8)
            .collect();
        let bytes = encode(&pixels, width, height).unwrap();
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        let mut found = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut found).unwrap();
        assert_eq!(found, pixels);
    }
}
