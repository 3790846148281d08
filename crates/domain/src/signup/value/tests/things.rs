//! Values that are no texts: files, choices and things known elsewhere.

use super::{NO_TEXTS, accepts, read, refuses};
use crate::signup::{
    AttributeKind,
    sample::{field, json},
    value::{Content, Reader},
};

const FILE: &str = r#"{"filename": "a.png", "downloadLink": "http://my-site.zone/a.png", "size": 392585}"#;

#[test]
fn files_and_pictures_have_a_name_a_size_and_a_harmless_link() {
    for kind in [AttributeKind::File, AttributeKind::Image, AttributeKind::GroupOfImages] {
        assert_eq!(read(kind, FILE), Some(Content::Things));
        accepts(
            kind,
            &[
                &format!("[{FILE}, {FILE}]"),
                &FILE.replace("392585", "\"392585\""),
                &FILE.replace("392585", "0"),
            ],
        );
        accepts(kind, &[&FILE.replace("http://my-site.zone/a.png", "/cloud-static/a b.png")]);
        for more in [
            r#""previewLink":"","params":{"isImageCompressed":true}"#,
            r#""previewLink":null,"contentType":null"#,
            r#""previewLink":"https://my-site.zone/p.png","contentType":"image/png""#,
            r#""previewLink":{"small":"p.png","large":["q.png",{"width":5}]}"#,
        ] {
            accepts(kind, &[&FILE.replace('}', &format!(",{more}}}"))]);
        }
        assert_eq!(read(kind, "[]"), Some(Content::Nothing));
        refuses(kind, &NO_TEXTS[..2]);
        refuses(
            kind,
            &[
                "{}",
                "[{}]",
                r#""a.png""#,
                r#""""#,
                r#"["a.png"]"#,
                r#"["a.png","http://my-site.zone/a.png",1]"#,
            ],
        );
        refuses(kind, &[&format!("[[{FILE}]]"), &format!("[{}]", vec![FILE; 1001].join(","))]);
        for member in
            [r#""filename": "a.png""#, r#""downloadLink": "http://my-site.zone/a.png""#, r#""size": 392585"#]
        {
            let key = member.split(':').next().unwrap();
            for wrong in [
                "\"more\":1",
                &format!("{key}:null"),
                &format!("{key}:\"\""),
                &format!("{key}:[]"),
                &format!("{key}:-1"),
                &format!("{member},{member}"),
            ] {
                refuses(kind, &[&FILE.replace(member, wrong)]);
            }
        }
        refuses(
            kind,
            &[
                &FILE.replace("http://my-site.zone/a.png", "javascript:alert(1)"),
                &FILE.replace("392585", "\"big\""),
            ],
        );
        for more in [
            r#""previewLink":"javascript:alert(1)""#,
            r#""previewLink":{"a":[{"b":"java\tscript:alert(1)"}]}"#,
            r#""previewLink":["a.png"]"#,
            r#""previewLink":5"#,
            r#""contentType":{}"#,
            r#""contentType":"image/png\r\nX: y""#,
        ] {
            refuses(kind, &[&FILE.replace('}', &format!(",{more}}}"))]);
        }
    }
}

#[test]
fn choices_are_listed_and_chosen_once() {
    let kind = AttributeKind::List;
    let whole = r#"{"title":"kırmızı","value":"1","extended":{"value":"red","type":"string"}}"#;
    assert_eq!(read(kind, &format!("[{whole}]")), Some(Content::Things));
    accepts(
        kind,
        &[r#"["1"]"#, "[1, 2]", r#"[1,"red"]"#, r#"[{"value":2},"1"]"#, r#"[{"title":null,"value":"red"}]"#],
    );
    assert_eq!(read(kind, "[]"), Some(Content::Nothing));
    refuses(
        kind,
        &["1", r#""1""#, whole, "{}", "true", r#"["3"]"#, "[3]", "[1.0]", r#"["Choice 1"]"#, r#"[""]"#],
    );
    refuses(
        kind,
        &[
            "[null]",
            "[true]",
            "[[1]]",
            "[{}]",
            r#"[{"title":"a"}]"#,
            r#"[{"value":"3"}]"#,
            r#"[{"value":null}]"#,
        ],
    );
    refuses(kind, &[r#"["1","1"]"#, r#"["1",1]"#, r#"["1",{"value":"1"}]"#, r#"[{"value":"1","title":5}]"#]);
    assert_eq!(Reader::of(&field("empty", kind)).read(&json(r#"["1"]"#)), None);
}

#[test]
fn of_radio_buttons_one_is_chosen() {
    let kind = AttributeKind::RadioButton;
    accepts(kind, &["1", r#""red""#, r#"["1"]"#, "[2]", r#"[{"title":"a","value":"1","extended":{}}]"#]);
    assert_eq!(read(kind, "[]"), Some(Content::Nothing));
    assert_eq!(read(kind, r#""""#), Some(Content::Nothing));
    refuses(
        kind,
        &[
            "3",
            r#""3""#,
            r#"" ""#,
            "true",
            "{}",
            r#"{"value":"1"}"#,
            r#"["1","2"]"#,
            "[3]",
            "[null]",
            "[[1]]",
        ],
    );
}

#[test]
fn entities_are_named_by_their_ids() {
    let kind = AttributeKind::Entity;
    let whole = r#"{"id":"1","title":"kırmızı","value":"1","parentId":"null"}"#;
    assert_eq!(read(kind, &format!("[{whole}]")), Some(Content::Things));
    accepts(
        kind,
        &[
            "[25]",
            r#"["p-1-123"]"#,
            r#"[{"id":1,"value":2,"parentId":null},25]"#,
            r#"[{"id":"1","title":""}]"#,
        ],
    );
    assert_eq!(read(kind, "[]"), Some(Content::Nothing));
    refuses(
        kind,
        &[
            "25",
            r#""p-1-123""#,
            whole,
            "{}",
            "[{}]",
            "[null]",
            "[true]",
            "[[25]]",
            r#"[""]"#,
            r#"[{"id":""}]"#,
        ],
    );
    refuses(
        kind,
        &[r#"[{"title":"a"}]"#, r#"[{"id":{}}]"#, r#"[{"id":1,"title":5}]"#, r#"[{"id":1,"value":[]}]"#],
    );
    refuses(kind, &[r#"[{"id":1,"parentId":{}}]"#, &format!("[{}]", vec!["1"; 1001].join(","))]);
}

#[test]
fn a_proof_of_being_human_has_a_token() {
    let kind = AttributeKind::Spam;
    assert_eq!(read(kind, r#"{"event":{"token":"t","siteKey":"k"}}"#), Some(Content::Things));
    refuses(kind, &NO_TEXTS);
    refuses(
        kind,
        &[r#""t""#, r#"{"event":"t"}"#, r#"{"event":["t","k"]}"#, r#"{"token":"t","siteKey":"k"}"#],
    );
    refuses(kind, &[r#"{"event":{"token":"","siteKey":"k"}}"#, r#"{"event":{"token":"t"}}"#]);
    refuses(kind, &[r#"{"event":{"token":"t","siteKey":5}}"#, r#"{"event":null}"#]);
}
