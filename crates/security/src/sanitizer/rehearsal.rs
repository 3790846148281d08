//! What reading a text as HTML would cost. The work of the parser and of the writer grows with the square of a text that
//! was made for it: a tag looks through all open elements, a paragraph opens all pending `<b>` anew, an attribute is
//! compared with those before it. So a text is first read with nothing built, and given up once it takes too much.

mod stage;

use std::{cell::Cell, iter, rc::Rc};

use html5ever::{
    QualName,
    buffer_queue::BufferQueue,
    interface::{TokenizerResult, Tracer},
    local_name, ns,
    tendril::StrTendril,
    tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
    tree_builder::{TreeBuilder, TreeBuilderOpts, create_element},
};

use self::stage::{Limits, Part, Stage};

/// Steps that a text may take for each of its bytes. A step is one open element that is looked at.
const STEPS_A_BYTE: usize = 16;
/// Steps that a text may take besides.
const STEPS: usize = 16 * 1024;
/// Bytes of markup that each byte may become.
const MARKUP_A_BYTE: usize = 4;
/// Bytes of markup that a text may become besides.
const MARKUP: usize = 4 * 1024;
/// Attributes that are compared in the time of a step.
const COMPARED_A_STEP: usize = 16;
/// The most bytes that are read before the costs are looked at.
const PIECE: usize = 1024;

/// Whether the parser reads this in a time that grows with its length, and no more than a few times its length comes of
/// it.
pub(super) fn is_bearable(html: &str) -> bool {
    let tokenizer = Tokenizer::new(Rehearsal::new(html.len()), TokenizerOpts::default());
    let (input, mut unread) = (BufferQueue::default(), Unread::default());
    for piece in pieces(html) {
        tokenizer.sink.heard.set(false);
        input.push_back(StrTendril::from_slice(piece));
        // It stops after a script, too.
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        let cost = unread.add(piece, tokenizer.sink.heard.get());
        tokenizer.sink.stage().spend(cost);
        if tokenizer.sink.stage().is_exhausted() {
            return false;
        }
    }
    tokenizer.end();
    !tokenizer.sink.stage().is_exhausted()
}

/// The text in pieces of bounded length, each `<` at the beginning of one.
fn pieces(mut html: &str) -> impl Iterator<Item = &str> {
    iter::from_fn(move || {
        let first = html.chars().next()?.len_utf8();
        let next = html[first..].find('<').map_or(html.len(), |at| first + at);
        let (piece, rest) = html.split_at(next.min(html.floor_char_boundary(PIECE)));
        html = rest;
        Some(piece)
    })
}

/// The beginning of a tag whose end has not been read yet.
#[derive(Default)]
struct Unread {
    begun: bool,
    is_tag: bool,
    separators: usize,
}

impl Unread {
    /// Takes a piece that was read, and whether a token came of it. What comparing the attributes in it has cost.
    fn add(&mut self, piece: &str, heard: bool) -> usize {
        if heard {
            *self = Self::default();
            return 0;
        }
        if !self.begun {
            // Comments and the like have no attributes.
            *self = Self {
                begun: true,
                is_tag: !piece.starts_with("<!") && !piece.starts_with("<?"),
                separators: 0,
            };
        }
        if !self.is_tag {
            return 0;
        }
        let is_separator = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'"' | b'\'');
        let added = piece.bytes().filter(is_separator).count();
        self.separators += added;
        added * self.separators / COMPARED_A_STEP
    }
}

/// The parser with the stage in place of a document.
struct Rehearsal {
    builder: TreeBuilder<Rc<Part>, Stage>,
    /// Whether a token has come since it was last asked.
    heard: Cell<bool>,
}

impl Rehearsal {
    /// Begins to read a text of that many bytes, as the sanitizer does: as what stands in a `div`.
    fn new(bytes: usize) -> Self {
        let limits = Limits { steps: STEPS_A_BYTE * bytes + STEPS, markup: MARKUP_A_BYTE * bytes + MARKUP };
        let stage = Stage::new(limits);
        let context = create_element(&stage, QualName::new(None, ns!(html), local_name!("div")), Vec::new());
        let builder = TreeBuilder::new_for_fragment(stage, context, None, TreeBuilderOpts::default());
        Self { builder, heard: Cell::new(false) }
    }

    fn stage(&self) -> &Stage {
        &self.builder.sink
    }
}

impl TokenSink for Rehearsal {
    type Handle = Rc<Part>;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Rc<Part>> {
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.heard.set(true);
        if self.stage().is_exhausted() {
            return TokenSinkResult::Continue;
        }
        let attributes = if let Token::TagToken(tag) = &token { tag.attrs.len() } else { 0 };
        let result = self.builder.process_token(token, line);
        let open = Open::default();
        self.builder.trace_handles(&open);
        self.stage().spend(open.weight.get() + open.count.get() * attributes);
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// The elements that the parser may have to look through for its next token.
#[derive(Default)]
struct Open {
    count: Cell<usize>,
    weight: Cell<usize>,
}

impl Tracer for Open {
    type Handle = Rc<Part>;

    fn trace_handle(&self, part: &Rc<Part>) {
        self.count.update(|count| count + 1);
        self.weight.update(|weight| weight + part.weight());
    }
}

#[cfg(test)]
mod tests;
