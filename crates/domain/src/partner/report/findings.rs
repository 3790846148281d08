//! Marks, counts and mistakes, as they come up while a model is read.

use std::collections::BTreeMap;

use super::{CountName, Decimal, Figure, MarkName, Mistake, Outline, name::Name, purse::VALUE_COST};

/// How many levels are looked at: the members of the model, and what is in them.
const LEVELS: u8 = 2;
/// The most mistakes that are told, and what they may cost together.
const MAX_MISTAKES: usize = 200;
const MISTAKES_COST: usize = 32_000;

/// What was found in a model.
#[derive(Default)]
pub(super) struct Findings {
    /// Each with its level.
    marks: BTreeMap<MarkName, (u8, Figure)>,
    /// Each with how much it is doubted: lengths of lists more than numbers, then inner ones more than outer ones.
    counts: BTreeMap<CountName, ((bool, u8), Decimal)>,
    /// Those in lists of mistakes of any kind.
    mistakes: Mistakes,
    /// Those in lists of one kind each, which may be the same ones again.
    sorted_mistakes: Mistakes,
}

/// The mistakes of some lists.
pub(super) struct Mistakes {
    /// As many as there is room for.
    pub(super) told: Vec<Mistake>,
    /// How many there are besides.
    pub(super) left_out: usize,
    room: usize,
}

/// A look at one member.
pub(super) struct Look<'f> {
    findings: &'f mut Findings,
    name: Name,
    level: u8,
}

impl Findings {
    /// The marks of the outermost level that has any.
    pub(super) fn marks(&self) -> Vec<(MarkName, Figure)> {
        let outermost = self.marks.values().map(|(level, _)| *level).min();
        let marks = self.marks.iter().filter(|(_, (level, _))| Some(*level) == outermost);
        marks.map(|(name, (_, mark))| (*name, mark.clone())).collect()
    }

    /// The counts.
    pub(super) fn counts(&self) -> Vec<(CountName, Decimal)> {
        self.counts.iter().map(|(name, (_, count))| (*name, count.clone())).collect()
    }

    /// The mistakes.
    pub(super) fn into_mistakes(self) -> Mistakes {
        let lists = [self.mistakes, self.sorted_mistakes];
        lists.into_iter().find(|list| !list.told.is_empty()).unwrap_or_default()
    }
}

impl Default for Mistakes {
    fn default() -> Self {
        Self { told: Vec::new(), left_out: 0, room: MISTAKES_COST }
    }
}

impl Mistakes {
    fn add(&mut self, mistake: Option<Mistake>) {
        let cost = mistake.as_ref().map_or(0, |mistake| VALUE_COST + mistake.chars());
        match mistake.filter(|_| !self.is_full() && cost <= self.room) {
            Some(mistake) => {
                self.room -= cost;
                self.told.push(mistake);
            }
            None => self.left_out += 1,
        }
    }

    fn is_full(&self) -> bool {
        self.told.len() == MAX_MISTAKES || self.room < VALUE_COST
    }
}

impl<'f> Look<'f> {
    /// A look at a model.
    pub(super) const fn at_model(findings: &'f mut Findings) -> Self {
        Self { findings, name: Name::Inner, level: 0 }
    }

    /// A look at a member of this one; nothing when nothing can be told of it.
    pub(super) fn at_member(&mut self, key: &str) -> Option<Look<'_>> {
        let name = if self.level < LEVELS { Name::of(key, self.name) } else { None };
        name.map(|name| Look { findings: &mut *self.findings, name, level: self.level + 1 })
    }

    /// Whether there is anything to look at in its members.
    pub(super) const fn has_members(&self) -> bool {
        self.level < LEVELS
    }

    /// Notes that it is a number.
    pub(super) fn number(&mut self, number: f64) {
        self.figure(Decimal::of(number).map(Figure::Number));
    }

    /// Notes that it is a text.
    pub(super) fn text(&mut self, text: &str) {
        self.figure(Figure::of_text(text));
    }

    fn figure(&mut self, figure: Option<Figure>) {
        match (self.name, figure) {
            (Name::Mark(name), Some(mark)) => {
                let marks = &mut self.findings.marks;
                let is_better = marks.get(&name).is_none_or(|(known, _)| self.level <= *known);
                if is_better {
                    marks.insert(name, (self.level, mark));
                }
            }
            (Name::Count(name), Some(Figure::Number(count))) => self.count(name, false, count),
            _ => {}
        }
    }

    fn count(&mut self, name: CountName, is_length: bool, count: Decimal) {
        let doubt = (is_length, self.level);
        let counts = &mut self.findings.counts;
        if counts.get(&name).is_none_or(|(known, _)| doubt <= *known) {
            counts.insert(name, (doubt, count));
        }
    }

    /// The list that its elements go to, unless they are no mistakes.
    const fn mistakes(&mut self) -> Option<(CountName, &mut Mistakes)> {
        match self.name {
            Name::Count(name @ CountName::Mistakes) => Some((name, &mut self.findings.mistakes)),
            Name::Count(name @ (CountName::WordsWithMistakes | CountName::Of(_))) => {
                Some((name, &mut self.findings.sorted_mistakes))
            }
            Name::Count(CountName::Words) | Name::Mark(_) | Name::Inner => None,
        }
    }

    /// Whether its elements are mistakes, and there is room for more of them.
    pub(super) fn wants_elements(&self) -> bool {
        match self.name {
            Name::Count(CountName::Mistakes) => !self.findings.mistakes.is_full(),
            Name::Count(CountName::WordsWithMistakes | CountName::Of(_)) => {
                !self.findings.sorted_mistakes.is_full()
            }
            Name::Count(CountName::Words) | Name::Mark(_) | Name::Inner => false,
        }
    }

    /// Notes an element of it.
    pub(super) fn element(&mut self, element: &Outline) {
        if let Some((name, mistakes)) = self.mistakes() {
            mistakes.add(Mistake::of(element, name));
        }
    }

    /// Notes that it is a list, that has so many elements besides those that were noted.
    pub(super) fn list(&mut self, length: usize, not_noted: usize) {
        if let Some((_, mistakes)) = self.mistakes() {
            mistakes.left_out += not_noted;
        }
        if let Name::Count(name) = self.name {
            self.count(name, true, Decimal::of_length(length));
        }
    }
}
