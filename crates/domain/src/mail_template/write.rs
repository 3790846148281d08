//! Letters written by a template.

use super::{
    fault::{FaultKind, TemplateFault},
    tree::{Keyword, Node, Operand, Origin},
    value::Value,
};

/// The most bytes of a letter's subject.
pub(super) const MAX_SUBJECT_BYTES: usize = 10_000;
/// The most bytes of a letter's body.
pub(super) const MAX_BODY_BYTES: usize = 1_000_000;
/// The most texts, values and elements that one letter is put together from.
pub(super) const MAX_STEPS: usize = 1_000_000;

/// Writes what the nodes say, in at most `max` bytes.
pub(super) fn write(nodes: &[Node], root: &Value, max: usize) -> Result<String, TemplateFault> {
    let mut writer = Writer { root, text: String::new(), max, steps: 0 };
    writer.nodes(nodes, root)?;
    Ok(writer.text)
}

struct Writer<'a> {
    root: &'a Value,
    text: String,
    max: usize,
    steps: usize,
}

impl<'a> Writer<'a> {
    fn nodes(&mut self, nodes: &'a [Node], dot: &'a Value) -> Result<(), TemplateFault> {
        nodes.iter().try_for_each(|node| {
            self.step()?;
            match node {
                Node::Text(text) => self.push(text),
                Node::Print(operand) => self.print(self.value(operand, dot)),
                Node::Block { keyword, of, body, otherwise } => match (keyword, self.value(of, dot)) {
                    (_, value) if !value.is_true() => self.nodes(otherwise, dot),
                    (Keyword::If, _) => self.nodes(body, dot),
                    (Keyword::With, value) => self.nodes(body, value),
                    (Keyword::Range, Value::List(list)) => list.iter().try_for_each(|element| {
                        self.step()?;
                        self.nodes(body, element)
                    }),
                    (Keyword::Range, _) => Ok(()),
                },
            }
        })
    }

    fn value(&self, operand: &'a Operand, dot: &'a Value) -> &'a Value {
        let start = match &operand.origin {
            Origin::Dot => dot,
            Origin::Root => self.root,
            Origin::Quoted(text) => text,
        };
        operand.fields.iter().fold(start, |value, field| value.field(field))
    }

    /// Prints as Go does: a list in brackets, its elements divided by blanks.
    fn print(&mut self, value: &Value) -> Result<(), TemplateFault> {
        match value {
            Value::Text(text) => self.push(text),
            Value::Number(number) => self.push(&number.to_string()),
            Value::Bool(truth) => self.push(if *truth { "true" } else { "false" }),
            Value::List(list) => {
                self.push("[")?;
                for (index, element) in list.iter().enumerate() {
                    self.step()?;
                    self.push(if index == 0 { "" } else { " " })?;
                    self.print(element)?;
                }
                self.push("]")
            }
            Value::Record(_) | Value::Absent => Ok(()),
        }
    }

    fn push(&mut self, text: &str) -> Result<(), TemplateFault> {
        if text.len() > self.max - self.text.len() {
            return Err(FaultKind::TooLarge { max: self.max }.anywhere());
        }
        self.text.push_str(text);
        Ok(())
    }

    fn step(&mut self) -> Result<(), TemplateFault> {
        self.steps += 1;
        if self.steps > MAX_STEPS { Err(FaultKind::TooManySteps.anywhere()) } else { Ok(()) }
    }
}
