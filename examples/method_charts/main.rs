//! Draws the charts of `docs/methods/value.md` into `docs/methods/img`: `cargo run --release --example method_charts`.

mod pictures;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(pictures::FOLDER);
    fs::create_dir_all(folder)?;
    for picture in pictures::of_log()?.into_iter().chain(pictures::of_moods()?) {
        fs::write(folder.join(picture.file), &picture.svg)?;
        writeln!(
            io::stdout(),
            "{}: {} bytes",
            picture.file,
            picture.svg.len()
        )?;
    }
    Ok(())
}
