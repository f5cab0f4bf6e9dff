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
    let mut pixels = vec![255_u8; large.0 as usize * large.1 as usize * 3];
    {
        let mut backend = BitMapBackend::with_buffer(&mut pixels, large);
        canvas.paint(&mut backend, Medium::bitmap(scale * OVERSAMPLING))?;
    }
    encode(&average(&pixels, width, height), width, height)
}

/// Replaces each square of drawn pixels by its mean.
fn average(large: &[u8], width: u32, height: u32) -> Vec<u8> {
    let (width, height, n) = (width as usize, height as usize, OVERSAMPLING as usize);
    let row = width * n * 3;
    let mut small = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let mut sum = 0_u32;
                for dy in 0..n {
                    for dx in 0..n {
                        sum += u32::from(large[(y * n + dy) * row + (x * n + dx) * 3 + channel]);
                    }
                }
                small.push((sum / (OVERSAMPLING * OVERSAMPLING)) as u8);
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
    encoder.set_compression(::png::Compression::Balanced);
    let mut writer = encoder.write_header().map_err(|e| e.to_string())?;
    writer.write_image_data(pixels).map_err(|e| e.to_string())?;
    writer.finish().map_err(|e| e.to_string())?;
    Ok(bytes)
}
