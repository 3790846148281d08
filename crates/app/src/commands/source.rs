//! Files that an operator names.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::Context as _;

use crate::settings::quoted;

/// The file, or standard input for `-`.
pub(super) fn source(file: &Path) -> anyhow::Result<Box<dyn Read>> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    let name = || format!("{} cannot be read", quoted(&file.display().to_string()));
    Ok(Box::new(File::open(file).with_context(name)?))
}
