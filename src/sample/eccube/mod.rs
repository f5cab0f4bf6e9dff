//! The CSV exports of EC-CUBE 4: members and orders, CP932 with CRLF.

mod customers;
mod orders;

pub(super) use customers::Customers;
pub(super) use customers::HEADINGS as CUSTOMER_HEADINGS;
#[cfg(test)]
pub(super) use orders::HEADINGS as ORDER_HEADINGS;
pub(super) use orders::Orders;

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use encoding_rs::SHIFT_JIS;

use super::people::{JOBS, Record};

/// A CSV file in CP932 with CRLF.
pub(super) struct Sheet {
    csv: csv::Writer<BufWriter<File>>,
}

impl Sheet {
    /// Creates a file with its headings.
    pub(super) fn create(path: &Path, headings: &[&str]) -> io::Result<Self> {
        let file = BufWriter::with_capacity(1 << 17, File::create(path)?);
        let csv = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(file);
        let mut sheet = Self { csv };
        sheet.row(headings)?;
        Ok(sheet)
    }

    /// Writes one row; a character CP932 does not have is an error, never a question mark.
    pub(super) fn row(&mut self, cells: &[impl AsRef<str>]) -> io::Result<()> {
        for cell in cells {
            let cell = cell.as_ref();
            let (bytes, _, lost) = SHIFT_JIS.encode(cell);
            if lost {
                let message = format!("`{cell}` cannot be written in CP932");
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            self.csv.write_field(&bytes)?;
        }
        self.csv.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Writes what is still buffered.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.csv.flush()
    }
}

/// The cells about a person that members and orders share.
struct Who {
    prefecture_id: String,
    prefecture: &'static str,
    first_line: String,
    sex: (&'static str, &'static str),
    job_id: String,
    job: &'static str,
    birth: String,
}

impl Who {
    fn of(record: &Record) -> Self {
        let person = &record.person;
        let place = person.address.place;
        Self {
            prefecture_id: place.prefecture_id.to_string(),
            prefecture: place.prefecture,
            first_line: person.address.first_line(),
            sex: if person.female {
                ("2", "女性")
            } else {
                ("1", "男性")
            },
            job_id: person.job.to_string(),
            job: JOBS[person.job - 1],
            birth: if record.shows_birth {
                format!("{} 00:00:00", person.birth)
            } else {
                String::new()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_outside_cp932_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut sheet = Sheet::create(&folder.path().join("x.csv"), &["a"]).unwrap();
        assert!(sheet.row(&["髙橋﨑"]).is_ok());
        assert!(sheet.row(&["𠮷"]).is_err());
    }
}
