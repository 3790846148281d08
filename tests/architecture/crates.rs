//! The arrows between the crates, as Cargo sees them.

use std::{collections::BTreeSet, process::Command};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use crate::root;

/// Every crate and the crates of ours that it uses.
const ARROWS: &[(&str, &[&str])] = &[
    ("portico-domain", &[]),
    ("portico-application", &["portico-domain"]),
    ("portico-persistence", &["portico-domain"]),
    ("portico-mail", &["portico-domain"]),
    ("portico-security", &["portico-domain"]),
    ("portico-http-client", &[]),
    ("portico-oidc", &["portico-domain", "portico-http-client"]),
    ("portico-webhook", &["portico-domain", "portico-http-client"]),
    ("portico-web", &["portico-application", "portico-domain"]),
    (
        "portico-app",
        &[
            "portico-application",
            "portico-domain",
            "portico-mail",
            "portico-oidc",
            "portico-persistence",
            "portico-security",
            "portico-web",
            "portico-webhook",
        ],
    ),
];

/// The suites may see every crate, and no crate may see them.
const SUITES: &str = "integration-tests";

/// Packages that stay behind one wall: nobody else may use them, not even in tests, but for the suites.
const WALLS: &[(&str, &[&str])] = &[
    ("diesel", &["portico-persistence"]),
    ("diesel_migrations", &["portico-persistence"]),
    ("libsqlite3-sys", &["portico-persistence"]),
    ("pq-sys", &["portico-persistence"]),
    ("lettre", &["portico-mail"]),
    ("argon2", &["portico-security"]),
    ("ring", &["portico-security", "portico-webhook"]),
    ("zxcvbn", &["portico-security"]),
    ("ammonia", &["portico-security"]),
    ("html5ever", &["portico-security"]),
    ("jsonwebtoken", &["portico-security"]),
    ("openidconnect", &["portico-oidc"]),
    ("hyper", &["portico-http-client"]),
    ("hyper-rustls", &["portico-http-client"]),
    ("hyper-util", &["portico-http-client"]),
    ("rustls", &["portico-http-client"]),
    ("actix-web", &["portico-web", "portico-app"]),
    ("actix-cors", &["portico-web"]),
    ("utoipa", &["portico-web"]),
    ("utoipa-swagger-ui", &["portico-web"]),
    ("validator", &["portico-web"]),
    ("prometheus", &["portico-web", "portico-app"]),
    ("clap", &["portico-app"]),
    ("dotenvy", &["portico-app"]),
    ("anyhow", &["portico-app"]),
    ("tracing-subscriber", &["portico-app"]),
];

/// Everything that the domain needs, down to the last package. A new name here is a decision.
const DOMAIN_TREE: &[&str] = &[
    // What the domain asks for.
    "async-trait",
    "base64",
    "chrono",
    "chrono-tz",
    "deunicode",
    "email_address",
    "hex",
    "idna",
    "regex",
    "serde",
    "serde_json",
    "sha2",
    "subtle",
    "thiserror",
    "unicode-normalization",
    "url",
    "uuid",
    "zeroize",
    // JSON with its keys in their order.
    "equivalent",
    "foldhash",
    "hashbrown",
    "indexmap",
    "itoa",
    "memchr",
    "zmij",
    // Patterns in linear time.
    "regex-automata",
    "regex-syntax",
    // Instants.
    "num-traits",
    // Time zones.
    "phf",
    "phf_shared",
    "siphasher",
    // Forms of letters.
    "tinyvec",
    // Digests; outside x86, `libc` tells what the processor can do.
    "block-buffer",
    "cfg-if",
    "cpufeatures",
    "crypto-common",
    "digest",
    "hybrid-array",
    "libc",
    "typenum",
    // URLs and the domains in them.
    "displaydoc",
    "form_urlencoded",
    "icu_collections",
    "icu_locale_core",
    "icu_normalizer",
    "icu_normalizer_data",
    "icu_properties",
    "icu_properties_data",
    "icu_provider",
    "idna_adapter",
    "litemap",
    "percent-encoding",
    "potential_utf",
    "smallvec",
    "stable_deref_trait",
    "tinystr",
    "utf8_iter",
    "utf_types",
    "writeable",
    "yoke",
    "yoke-derive",
    "zerofrom",
    "zerofrom-derive",
    "zerotrie",
    "zerovec",
    "zerovec-derive",
    // Derives.
    "proc-macro2",
    "quote",
    "serde_core",
    "serde_derive",
    "syn",
    "synstructure",
    "thiserror-impl",
    "unicode-ident",
];

/// What the domain must never need, whatever the list above says: runtimes, HTTP, databases, mail, clocks, randomness.
const NEVER_IN_THE_DOMAIN: &[&str] = &[
    "actix-http",
    "actix-rt",
    "actix-web",
    "async-std",
    "axum",
    "diesel",
    "diesel_migrations",
    "futures-executor",
    "getrandom",
    "h2",
    "http",
    "hyper",
    "iana-time-zone",
    "lettre",
    "libsqlite3-sys",
    "mio",
    "mockall",
    "native-tls",
    "openssl",
    "openssl-sys",
    "polling",
    "postgres",
    "pq-sys",
    "rand",
    "rand_core",
    "reqwest",
    "ring",
    "rusqlite",
    "rustix",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "sqlx-core",
    "tempfile",
    "tokio",
    "tokio-postgres",
    "tokio-util",
    "tracing-subscriber",
    "ureq",
    "walkdir",
];

fn packages() -> Vec<Package> {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata")
        .packages
}

fn is_ours(name: &str) -> bool {
    name == SUITES || name.starts_with("portico-")
}

/// Which crates of ours a crate names, in dependencies of the given kinds.
fn ours(package: &Package, kinds: &[DependencyKind]) -> BTreeSet<String> {
    package
        .dependencies
        .iter()
        .filter(|dependency| kinds.contains(&dependency.kind) && is_ours(&dependency.name))
        .map(|dependency| dependency.name.clone())
        .collect()
}

fn drawn(name: &str) -> BTreeSet<String> {
    let (_, uses) = ARROWS.iter().find(|(known, _)| *known == name).expect("every crate is in the drawing");
    uses.iter().map(|used| (*used).to_owned()).collect()
}

#[test]
fn the_workspace_is_made_of_the_crates_of_the_drawing() {
    let found: BTreeSet<String> = packages().iter().map(|package| package.name.to_string()).collect();
    let expected = ARROWS.iter().map(|(name, _)| *name).chain([SUITES]).map(str::to_owned).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_arrows_between_the_crates_are_those_of_the_drawing() {
    for package in packages().iter().filter(|package| package.name != SUITES) {
        let uses = ours(package, &[DependencyKind::Normal, DependencyKind::Build]);
        assert_eq!(uses, drawn(&package.name), "{}", package.name);
    }
}

#[test]
fn tests_beside_the_code_see_no_more_than_the_code() {
    for package in packages().iter().filter(|package| package.name != SUITES) {
        let uses = ours(package, &[DependencyKind::Development]);
        let allowed = drawn(&package.name);
        assert!(uses.is_subset(&allowed), "{} sees {uses:?} in its tests", package.name);
    }
}

#[test]
fn the_mocks_of_the_domain_are_for_tests_alone() {
    for package in packages() {
        for dependency in &package.dependencies {
            let mocks =
                dependency.name == "mockall" || dependency.features.iter().any(|name| name == "mocks");
            let for_tests = dependency.kind == DependencyKind::Development || dependency.optional;
            assert!(
                !mocks || for_tests || package.name == SUITES,
                "{} uses {}",
                package.name,
                dependency.name
            );
        }
    }
}

#[test]
fn a_technology_stays_behind_the_wall_of_its_crate() {
    for package in packages().iter().filter(|package| package.name != SUITES) {
        for dependency in
            package.dependencies.iter().filter(|needed| needed.kind != DependencyKind::Development)
        {
            let Some((_, crates)) = WALLS.iter().find(|(walled, _)| *walled == dependency.name) else {
                continue;
            };
            assert!(crates.contains(&package.name.as_str()), "{} uses {}", package.name, dependency.name);
        }
    }
}

/// The domain's own tree, without what the rest of the workspace switches on in it: name and features of each package.
fn domain_tree() -> Vec<(String, String)> {
    let tree = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--offline", "--locked", "--package", "portico-domain", "--edges", "normal"])
        .args(["--prefix", "none", "--no-dedupe", "--format", "{p}|{f}"])
        .output()
        .expect("cargo tree runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8(tree.stdout).expect("the names are text");
    let mut packages: Vec<(String, String)> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (package, features) = line.split_once('|').expect("the format of the line");
            (package.split(' ').next().unwrap_or_default().to_owned(), features.to_owned())
        })
        .filter(|(name, _)| name != "portico-domain")
        .collect();
    packages.sort();
    packages.dedup();
    packages
}

#[test]
fn the_domain_needs_nothing_that_it_was_not_given() {
    let tree = domain_tree();
    assert!(tree.iter().any(|(name, _)| name == "serde"), "the tree was read: {tree:?}");
    let strangers: Vec<_> = tree.iter().filter(|(name, _)| !DOMAIN_TREE.contains(&name.as_str())).collect();
    assert!(strangers.is_empty(), "not in the list of what the domain needs: {strangers:?}");
}

#[test]
fn the_domain_needs_no_io_no_http_no_runtime_and_no_database() {
    for (name, _) in domain_tree() {
        assert!(!NEVER_IN_THE_DOMAIN.contains(&name.as_str()), "the domain pulls in {name}");
    }
    for name in NEVER_IN_THE_DOMAIN {
        assert!(!DOMAIN_TREE.contains(name), "{name} is both allowed and forbidden");
    }
}

#[test]
fn the_domain_cannot_ask_for_the_time_or_for_random_ids() {
    for (name, features) in domain_tree() {
        let forbidden: &[&str] = match name.as_str() {
            "chrono" => &["clock", "now"],
            "uuid" => &["v1", "v4", "v6", "v7", "rng"],
            _ => continue,
        };
        let found: Vec<&str> = features.split(',').filter(|feature| forbidden.contains(feature)).collect();
        assert!(found.is_empty(), "{name} has {found:?} in the domain");
    }
}
