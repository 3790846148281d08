//! What an outline may cost.

use super::Excerpt;

/// What the outline of a whole model may cost.
pub(super) const MODEL_COST: usize = 64_000;
/// What each value costs; each character costs 1 besides.
pub(super) const VALUE_COST: usize = 32;
/// What is kept back inside the outermost object for that which follows a large member, and further inside. The
/// latter, once for each level of the deepest model, is less than half of all: a narrow model is shown to its bottom.
const KEPT_OUTSIDE: usize = MODEL_COST / 4;
const KEPT_INSIDE: usize = 12 * VALUE_COST;

/// What may be spent on a value.
pub(super) struct Purse<'l> {
    /// What is left, for whatever comes.
    left: &'l mut usize,
    /// How much of it is not for this value.
    kept: usize,
    /// How much more of it is not for each value inside this one.
    keep: usize,
}

impl<'l> Purse<'l> {
    /// For a whole model.
    pub(super) const fn for_model(left: &'l mut usize) -> Self {
        Self { left, kept: 0, keep: KEPT_OUTSIDE }
    }

    /// For a value inside one, that may cost all that is left.
    pub(super) const fn of(left: &'l mut usize) -> Self {
        Self { left, kept: 0, keep: KEPT_INSIDE }
    }

    /// For a value inside this one, that leaves something to those which follow it.
    pub(super) fn inside(&mut self) -> Purse<'_> {
        let kept = self.kept + self.keep.min(self.room() / 2);
        Purse { left: self.left, kept, keep: KEPT_INSIDE }
    }

    /// What may be spent.
    pub(super) fn room(&self) -> usize {
        self.left.saturating_sub(self.kept)
    }

    /// Spends this much, if it may be spent.
    pub(super) fn pay(&mut self, cost: usize) -> bool {
        let is_enough = cost <= self.room();
        if is_enough {
            *self.left -= cost;
        }
        is_enough
    }

    /// Takes back what was paid for nothing.
    pub(super) const fn take_back(&mut self, cost: usize) {
        *self.left += cost;
    }

    /// As much of a text as may be spent, and `max` characters at most.
    pub(super) fn excerpt(&mut self, text: &str, max: usize) -> Excerpt {
        let excerpt = Excerpt::of(text, max.min(self.room()));
        self.pay(excerpt.chars());
        excerpt
    }
}
