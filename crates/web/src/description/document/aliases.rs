//! Operations that are there under further paths.

use serde_json::{Map, Value, json};

/// Describes every aliased path by what is said of the path it stands for.
pub(super) fn add(document: &mut Value, aliases: &[(&str, &str)]) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    let added: Vec<(String, Value)> = aliases
        .iter()
        .flat_map(|(described, alias)| {
            let meant = paths.iter().filter_map(|(path, item)| {
                Some((path, format!("{alias}{}", behind(path, described)?), item.clone()))
            });
            meant.map(|(path, alias, item)| (alias.clone(), renamed(item, path, &alias))).collect::<Vec<_>>()
        })
        .collect();
    paths.extend(added);
}

/// What stands behind the described path: nothing when it is that path, more when it is below.
fn behind<'p>(path: &'p str, described: &str) -> Option<&'p str> {
    path.strip_prefix(described).filter(|rest| rest.is_empty() || described.ends_with('/'))
}

/// The same operations, with names of their own.
fn renamed(mut item: Value, path: &str, alias: &str) -> Value {
    let suffix = alias.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
        if let Some(name) = operation["operationId"].as_str() {
            operation["operationId"] = json!(format!("{name}{suffix}"));
        }
        operation["description"] = json!(format!("The same as `{path}`."));
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_says_the_same_under_another_name() {
        let operation = json!({ "get": { "operationId": "see", "summary": "See" } });
        let mut document = json!({ "paths": { "/a": operation, "/a/b": operation, "/m/x": operation } });
        add(&mut document, &[("/a", "/c"), ("/m/", "/n/")]);
        let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
        assert_eq!(paths, ["/a", "/a/b", "/m/x", "/c", "/n/x"]);
        let alias = &document["paths"]["/n/x"]["get"];
        assert_eq!((&alias["operationId"], &alias["summary"]), (&json!("see_n_x"), &json!("See")));
        assert_eq!(alias["description"], "The same as `/m/x`.");
    }
}
