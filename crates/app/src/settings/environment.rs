//! Where the variables are: the process's environment, and the file `.env` beside it.

use std::{
    cell::Cell,
    collections::{BTreeMap, btree_map::Entry},
    fs,
    io::{self, Read},
    path::Path,
};

use super::{error::SettingError, table::SPECS, unknown};

/// The settings file, looked for in the current folder.
const FILE: &str = ".env";
const PREFIX: &str = "PORTICO_";

/// The variables of Portico as the operator set them.
#[derive(Clone)]
pub struct Environment {
    process: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
    warnings: Vec<String>,
}

impl Environment {
    /// Takes the variables of this process, and those of `.env` in the current folder.
    ///
    /// # Errors
    /// When the file cannot be read or a line of it is no assignment, or when a variable is no text.
    pub fn read() -> Result<Self, SettingError> {
        #[expect(clippy::disallowed_methods, reason = "this is where settings are read")]
        let process = std::env::vars_os();
        let mut variables = BTreeMap::new();
        for (name, value) in process {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            let value = value.into_string().map_err(|_| not_a_text(name))?;
            variables.insert(name.to_owned(), value);
        }
        Self::with_file(variables, Path::new(FILE))
    }

    /// Takes the given variables, and those of a file when it is there.
    ///
    /// # Errors
    /// When the file cannot be read, or a line of it is no assignment.
    pub fn with_file(process: BTreeMap<String, String>, file: &Path) -> Result<Self, SettingError> {
        let name = file.display().to_string();
        let unreadable = |reason: String| SettingError::Unreadable { file: name.clone(), reason };
        let text = match fs::read(file) {
            Ok(bytes) => String::from_utf8(bytes).map_err(|_| unreadable("it is no UTF-8".to_owned()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unreadable(error.to_string())),
        };
        let (file, warnings) = assignments(&name, &text)?;
        Ok(Self { process, file, warnings })
    }

    /// The value of a variable. What the process's environment holds goes before the file, also when it is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.process.get(name).or_else(|| self.file.get(name)).cloned()
    }

    /// What an operator should look at but what stops nothing: variables that are set twice, or that look like ours
    /// and are not.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut names: Vec<&str> = self.process.keys().chain(self.file.keys()).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        let known: Vec<&str> = SPECS.iter().map(|spec| spec.name).collect();
        let strangers = names.into_iter().filter_map(|name| unknown::warning(name, &known));
        self.warnings.iter().cloned().chain(strangers).collect()
    }
}

fn not_a_text(name: &str) -> SettingError {
    match SPECS.iter().find(|spec| spec.name == name) {
        Some(spec) => SettingError::refused(spec, "(no UTF-8 text)"),
        None => SettingError::Refused {
            name: name.to_owned(),
            value: "(no UTF-8 text)".to_owned(),
            allowed: "text in UTF-8".to_owned(),
        },
    }
}

/// The assignments of a settings file, the first of each name, with a warning for every further one.
fn assignments(file: &str, text: &str) -> Result<(BTreeMap<String, String>, Vec<String>), SettingError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Without a line end behind it, a last line that ends in white space would count as unfinished.
    let text = format!("{text}\n");
    let lines_read = Cell::new(0);
    let mut variables = BTreeMap::new();
    let mut warnings = Vec::new();
    for assignment in dotenvy::Iter::new(LineByLine { rest: text.as_bytes(), lines_read: &lines_read }) {
        let (name, value) = assignment.map_err(|error| at_line(file, &error, lines_read.get()))?;
        if !name.starts_with(PREFIX) {
            continue;
        }
        match variables.entry(name) {
            Entry::Vacant(free) => _ = free.insert(value),
            Entry::Occupied(taken) => {
                warnings.push(format!("{} is set twice in {file}; the first one counts", taken.key()));
            }
        }
    }
    Ok((variables, warnings))
}

/// The error for a line. The line itself is not repeated: it may hold a secret.
fn at_line(file: &str, error: &dotenvy::Error, lines_read: usize) -> SettingError {
    match error {
        dotenvy::Error::LineParse(text, _) => {
            // An assignment that the end of the file cut off still has its last line end.
            let cut_off = usize::from(text.ends_with('\n'));
            let line = (lines_read + cut_off).saturating_sub(text.matches('\n').count());
            SettingError::Line { file: file.to_owned(), line }
        }
        other => SettingError::Unreadable { file: file.to_owned(), reason: other.to_string() },
    }
}

/// Gives out one line at each call, so that it is known how many were taken when something goes wrong.
struct LineByLine<'a> {
    rest: &'a [u8],
    lines_read: &'a Cell<usize>,
}

impl Read for LineByLine<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let line = self.rest.iter().position(|byte| *byte == b'\n').map_or(self.rest.len(), |end| end + 1);
        let taken = line.min(buffer.len());
        buffer[..taken].copy_from_slice(&self.rest[..taken]);
        if self.rest[..taken].ends_with(b"\n") {
            self.lines_read.set(self.lines_read.get() + 1);
        }
        self.rest = &self.rest[taken..];
        Ok(taken)
    }
}

#[cfg(test)]
mod tests;
