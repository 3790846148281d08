//! Whether the variables of a template exist and can stand where they do.

use super::{
    fault::{FaultKind, TemplateFault},
    shape::{ELEMENT, Shape},
    tree::{Keyword, Node, Operand, Origin},
};

/// Looks up every variable, whether a letter would come to it or not.
pub(super) fn check(nodes: &[Node], root: &Shape) -> Result<(), TemplateFault> {
    Check { root }.nodes(nodes, root)
}

struct Check<'a> {
    root: &'a Shape,
}

impl<'a> Check<'a> {
    fn nodes(&self, nodes: &[Node], dot: &'a Shape) -> Result<(), TemplateFault> {
        nodes.iter().try_for_each(|node| match node {
            Node::Text(_) => Ok(()),
            Node::Print(operand) => match self.shape(operand, dot)? {
                Shape::Record(_) | Shape::Optional(_) => Err(fault(FaultKind::NotAText, operand)),
                Shape::Text(_) | Shape::Number | Shape::Bool | Shape::List(_) => Ok(()),
            },
            Node::Block { keyword, of, body, otherwise } => {
                let inside = match (keyword, self.shape(of, dot)?) {
                    (Keyword::If, _) => dot,
                    (Keyword::With, shape) => shape,
                    (Keyword::Range, Shape::List(_)) => &ELEMENT,
                    (Keyword::Range, _) => return Err(fault(FaultKind::NotAList, of)),
                };
                self.nodes(body, inside)?;
                self.nodes(otherwise, dot)
            }
        })
    }

    fn shape(&self, operand: &Operand, dot: &'a Shape) -> Result<&'a Shape, TemplateFault> {
        let start = match operand.origin {
            Origin::Dot => dot,
            Origin::Root => self.root,
            Origin::Quoted(_) => &ELEMENT,
        };
        let end = operand.fields.iter().try_fold(start, |shape, field| shape.field(field));
        end.ok_or_else(|| fault(FaultKind::UnknownVariable, operand))
    }
}

fn fault(kind: fn(String) -> FaultKind, operand: &Operand) -> TemplateFault {
    kind(operand.to_string()).at(operand.line)
}
