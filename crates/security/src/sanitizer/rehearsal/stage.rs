//! A document that keeps nothing but what it would cost.

use std::{borrow::Cow, cell::Cell, rc::Rc};

use html5ever::{
    Attribute, ExpandedName, QualName,
    interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink},
    local_name, ns,
    tendril::StrTendril,
};

/// Neighbours that are passed in the time of a step, when an element is looked for among them.
const PASSED_A_STEP: usize = 8;
/// Bytes that are searched in the time of a step for the next one to be escaped.
const SEARCHED_A_STEP: usize = 128;
/// Bytes of `<></>`.
const BRACKETS: usize = 5;
/// Bytes of ` =""`.
const QUOTES: usize = 4;

/// Bytes of ` rel="noopener noreferrer"`, which every link gets.
const RELATION: usize = 26;

/// How much a text may cost.
pub(super) struct Limits {
    /// Steps of the parser.
    pub(super) steps: usize,
    /// Bytes of the tags that would be written.
    pub(super) markup: usize,
}

/// An element, or another part of a document: as much of it as the parser asks about.
pub(super) struct Part {
    name: QualName,
    attributes: Cell<usize>,
    is_integration_point: bool,
}

impl Part {
    /// What looking at it costs, in steps.
    pub(super) const fn weight(&self) -> usize {
        1 + self.attributes.get()
    }

    fn nameless() -> Rc<Self> {
        let name = QualName::new(None, ns!(), local_name!(""));
        Rc::new(Self { name, attributes: Cell::new(0), is_integration_point: false })
    }
}

/// A text as it grows.
#[derive(Clone, Copy, Default)]
struct Run {
    bytes: usize,
    escapes: usize,
}

impl Run {
    /// That of one text. A quote and an angle bracket are found at once; in search of the others the writer passes
    /// them and goes to the end of the text each time.
    fn of(text: &str) -> Self {
        Self { bytes: text.len(), escapes: text.bytes().filter(|byte| matches!(byte, b'&' | 0xc2)).count() }
    }

    fn and(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, escapes: self.escapes + other.escapes }
    }

    /// What writing it costs, in steps.
    const fn cost(self) -> usize {
        self.bytes * self.escapes / SEARCHED_A_STEP
    }
}

/// Where the parser plays for nobody: it counts what is made and what the making costs.
pub(super) struct Stage {
    limits: Limits,
    steps: Cell<usize>,
    markup: Cell<usize>,
    parts: Cell<usize>,
    /// The text since the last element.
    run: Cell<Run>,
    /// All text that stood in a table and was put before it, where it becomes one.
    moved: Cell<Run>,
}

impl Stage {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            steps: Cell::default(),
            markup: Cell::default(),
            parts: Cell::default(),
            run: Cell::default(),
            moved: Cell::default(),
        }
    }

    /// Counts steps that were taken elsewhere.
    pub(super) fn spend(&self, steps: usize) {
        self.steps.update(|taken| taken + steps);
    }

    /// Whether the text has cost more than it may.
    pub(super) fn is_exhausted(&self) -> bool {
        self.steps.get() > self.limits.steps || self.markup.get() > self.limits.markup
    }

    /// Counts a look among all neighbours that a part may have.
    fn look_around(&self) {
        self.spend(self.parts.get() / PASSED_A_STEP);
    }

    fn put(&self, what: &NodeOrText<Rc<Part>>, run: &Cell<Run>) {
        self.parts.update(|parts| parts + 1);
        if let NodeOrText::AppendText(text) = what {
            let (before, after) = (run.get(), run.get().and(Run::of(text)));
            self.spend(after.cost() - before.cost());
            run.set(after);
        }
    }
}

impl TreeSink for Stage {
    type Handle = Rc<Part>;
    type Output = ();
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Rc<Part> {
        Part::nameless()
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Part>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Rc<Part> {
        self.run.set(Run::default());
        let mut markup = 2 * name.local.len() + BRACKETS;
        if name.local == local_name!("a") {
            markup += RELATION;
        }
        for attribute in &attributes {
            markup += attribute.name.local.len() + attribute.value.len() + QUOTES;
            self.spend(Run::of(&attribute.value).cost());
        }
        self.markup.update(|made| made + markup);
        Rc::new(Part {
            name,
            attributes: Cell::new(attributes.len()),
            is_integration_point: flags.mathml_annotation_xml_integration_point,
        })
    }

    fn create_comment(&self, _: StrTendril) -> Rc<Part> {
        Part::nameless()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Part> {
        Part::nameless()
    }

    fn append(&self, _: &Rc<Part>, child: NodeOrText<Rc<Part>>) {
        self.put(&child, &self.run);
    }

    fn append_before_sibling(&self, _: &Rc<Part>, child: NodeOrText<Rc<Part>>) {
        self.put(&child, &self.moved);
        self.look_around();
    }

    fn append_based_on_parent_node(&self, _: &Rc<Part>, _: &Rc<Part>, child: NodeOrText<Rc<Part>>) {
        self.put(&child, &self.moved);
        self.look_around();
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Rc<Part>) -> Rc<Part> {
        Rc::clone(target)
    }

    fn same_node(&self, one: &Rc<Part>, other: &Rc<Part>) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, target: &Rc<Part>, attributes: Vec<Attribute>) {
        target.attributes.update(|known| known + attributes.len());
        self.spend(target.weight());
    }

    fn remove_from_parent(&self, _: &Rc<Part>) {
        self.look_around();
    }

    fn reparent_children(&self, _: &Rc<Part>, _: &Rc<Part>) {
        self.look_around();
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &Rc<Part>) -> bool {
        target.is_integration_point
    }
}
