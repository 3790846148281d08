//! Pieces put together to a template.

use super::{
    fault::{FaultKind, MAX_DEPTH, TemplateFault},
    scan::{Piece, Scanner, Token},
    tree::{Keyword, Node, Operand},
};

/// Reads a text as a template. Whether there are such variables is not looked at.
pub(super) fn parse(source: &str) -> Result<Vec<Node>, TemplateFault> {
    let (nodes, stop) = nodes(&mut Scanner::new(source), 0)?;
    match stop {
        None => Ok(nodes),
        Some(Stop { at: Turn::End, line }) => Err(FaultKind::StrayEnd.at(line)),
        Some(Stop { line, .. }) => Err(FaultKind::StrayElse.at(line)),
    }
}

/// Why a run of nodes is over before the text is.
struct Stop {
    at: Turn,
    line: usize,
}

enum Turn {
    End,
    Else,
    ElseOpen(Keyword, Operand),
}

enum Action {
    Print(Operand),
    Open(Keyword, Operand),
    Turn(Turn),
}

/// Reads up to the next `{{end}}` or `{{else}}` that belongs to whoever asks, or to the end of the text.
fn nodes(scanner: &mut Scanner<'_>, depth: usize) -> Result<(Vec<Node>, Option<Stop>), TemplateFault> {
    let mut nodes = Vec::new();
    while let Some(piece) = scanner.next_piece()? {
        match piece {
            Piece::Text(text) => nodes.push(Node::Text(text)),
            Piece::Action { tokens, line } => match action(tokens).map_err(|kind| kind.at(line))? {
                Action::Print(operand) => nodes.push(Node::Print(operand)),
                Action::Open(keyword, of) => nodes.push(block(scanner, keyword, of, line, depth + 1)?),
                Action::Turn(at) => return Ok((nodes, Some(Stop { at, line }))),
            },
        }
    }
    Ok((nodes, None))
}

/// Reads a block behind the action that opens it. `{{else if}}` is a block in the `{{else}}`, and shares its end.
fn block(
    scanner: &mut Scanner<'_>,
    keyword: Keyword,
    of: Operand,
    line: usize,
    depth: usize,
) -> Result<Node, TemplateFault> {
    let open = || FaultKind::MissingEnd(keyword.as_str()).at(line);
    if depth > MAX_DEPTH {
        return Err(FaultKind::TooDeep.at(line));
    }
    let (body, stop) = nodes(scanner, depth)?;
    let stop = stop.ok_or_else(open)?;
    let otherwise = match stop.at {
        Turn::End => Vec::new(),
        Turn::Else => {
            let (otherwise, last) = nodes(scanner, depth)?;
            let last = last.ok_or_else(open)?;
            if !matches!(last.at, Turn::End) {
                return Err(FaultKind::StrayElse.at(last.line));
            }
            otherwise
        }
        Turn::ElseOpen(next, operand) if next == keyword && next != Keyword::Range => {
            vec![block(scanner, next, operand, stop.line, depth + 1)?]
        }
        Turn::ElseOpen(next, _) => {
            return Err(FaultKind::unexpected(&format!("else {}", next.as_str())).at(stop.line));
        }
    };
    Ok(Node::Block { keyword, of, body, otherwise })
}

fn action(tokens: Vec<Token>) -> Result<Action, FaultKind> {
    let mut tokens = tokens.into_iter();
    let action = match tokens.next().ok_or(FaultKind::EmptyAction)? {
        Token::Value(operand) => Action::Print(operand),
        Token::Word(word) => match Keyword::parse(&word) {
            Some(keyword) => Action::Open(keyword, operand(tokens.next(), keyword)?),
            None if word == "end" => Action::Turn(Turn::End),
            None if word == "else" => match tokens.next() {
                None => Action::Turn(Turn::Else),
                Some(Token::Word(next)) => {
                    let keyword = Keyword::parse(&next).ok_or_else(|| out_of_place(&next))?;
                    Action::Turn(Turn::ElseOpen(keyword, operand(tokens.next(), keyword)?))
                }
                Some(Token::Value(value)) => return Err(FaultKind::unexpected(&value.to_string())),
            },
            None => return Err(out_of_place(&word)),
        },
    };
    match (tokens.next(), &action) {
        (None, _) => Ok(action),
        (Some(Token::Word(word)), _) => Err(out_of_place(&word)),
        (Some(Token::Value(value)), Action::Turn(Turn::End)) => {
            Err(FaultKind::unexpected(&value.to_string()))
        }
        (Some(Token::Value(_)), _) => Err(FaultKind::SecondValue),
    }
}

fn operand(token: Option<Token>, keyword: Keyword) -> Result<Operand, FaultKind> {
    match token {
        Some(Token::Value(operand)) => Ok(operand),
        Some(Token::Word(word)) => Err(out_of_place(&word)),
        None => Err(FaultKind::MissingValue(keyword.as_str())),
    }
}

/// Why a word may not stand where it does. Most would be names of functions.
fn out_of_place(word: &str) -> FaultKind {
    match word {
        "if" | "with" | "range" | "else" | "end" => FaultKind::unexpected(word),
        "define" | "template" | "block" => FaultKind::unsupported("named templates", word),
        "break" | "continue" => FaultKind::unsupported("ways out of a range", word),
        "true" | "false" | "nil" => FaultKind::unsupported("constants", word),
        _ => FaultKind::unsupported("functions", word),
    }
}
