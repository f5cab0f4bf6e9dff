//! `koe query`: SQL over the tables.

use std::io::Read;
use std::path::Path;

use koe::error::{Error, Result, STDIN};

use crate::args::{Common, Query};
use crate::exit::Exit;
use crate::{output, settings};

pub fn run(query: &Query, common: &Common) -> Result<Exit> {
    let sql = match query.sql.as_str() {
        "-" => {
            let mut sql = String::new();
            std::io::stdin()
                .read_to_string(&mut sql)
                .map_err(|error| Error::io("read", Path::new(STDIN), error))?;
            sql
        }
        sql => sql.to_owned(),
    };
    let frame = settings::workspace(common, None, &[])?.query(&sql)?;
    output::put(&frame, Some(&query.output), common.format)?;
    Ok(Exit::Done)
}
