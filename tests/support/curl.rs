//! As much of `curl` as the README's tour needs, for machines without it:
//! `curl [-s] [-X METHOD] [-H HEADER]… [-d BODY] [-o FILE] URL`.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    env, fs,
    io::{self, Write as _},
};

use reqwest::{Client, Method};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = env::args().skip(1);
    let (mut method, mut headers, mut body, mut file, mut url) = (None, Vec::new(), None, None, None);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("the option has a value");
        match argument.as_str() {
            "-s" => {}
            "-X" => method = Some(value()),
            "-H" => headers.push(value()),
            "-d" => body = Some(value()),
            "-o" => file = Some(value()),
            _ => url = Some(argument),
        }
    }
    let method = method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
    let method: Method = method.parse().expect("the method is one");
    let mut request = Client::new().request(method, url.expect("there is a URL"));
    for header in headers {
        let (name, value) = header.split_once(':').expect("a header has a name");
        request = request.header(name, value.trim());
    }
    let answer = request.body(body.unwrap_or_default()).send().await.expect("the server answers");
    let text = answer.text().await.expect("the answer is text");
    match file {
        Some(file) => fs::write(file, text).expect("the answer can be written"),
        None => io::stdout().write_all(text.as_bytes()).expect("the answer can be printed"),
    }
}
