//! `koe query`: SQL over the tables.

use std::io::Read;
use std::path::Path;

use koe::error::{Error, Result};
use koe::store::write_atomically;

use crate::args::{Common, Format, Query};
use crate::exit::Exit;
use crate::{output, settings};

pub fn run(query: &Query, common: &Common) -> Result<Exit> {
    let sql = match query.sql.as_str() {
        "-" => {
            let mut sql = String::new();
            std::io::stdin()
                .read_to_string(&mut sql)
                .map_err(|error| Error::io("read", Path::new("stdin"), error))?;
            sql
        }
        sql => sql.to_owned(),
    };
    let frame = settings::workspace(common, None, &[])?.query(&sql)?;
    if query.output.as_os_str() == "-" {
        output::print(&frame, common.format.unwrap_or(Format::Table))?;
        return Ok(Exit::Done);
    }
    let mut bytes = Vec::new();
    output::write(&frame, common.format.unwrap_or(Format::Csv), &mut bytes)
        .map_err(|error| Error::io("write", &query.output, error))?;
    write_atomically(&query.output, &bytes)?;
    Ok(Exit::Done)
}
