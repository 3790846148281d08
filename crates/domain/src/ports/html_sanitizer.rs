//! Making foreign HTML harmless.

/// Takes everything out of HTML that could do more than show a text with its layout, links and pictures.
pub trait HtmlSanitizer: Send + Sync {
    /// The harmless part. Clean HTML comes out with the same meaning, and stays as it is when cleaned again.
    fn clean(&self, html: &str) -> String;
}
