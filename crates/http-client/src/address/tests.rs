//! Which addresses may be asked, by their looks and by what their names stand for.

use super::*;

const POLICIES: [AddressPolicy; 4] = [
    AddressPolicy::Encrypted,
    AddressPolicy::EncryptedOrLoopback,
    AddressPolicy::Public,
    AddressPolicy::PublicOrLoopback,
];

fn allowed_by(text: &str) -> [bool; 4] {
    let url = Url::parse(text).unwrap();
    POLICIES.map(|policy| policy.allows(&url))
}

#[test]
fn an_encrypted_public_address_is_asked_by_everybody() {
    for text in [
        "https://login.example",
        "https://login.example:8443/x?y",
        "https://login.example.",
        "https://localhost.example",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1::1]:8443/",
        "https://[::ffff:93.184.216.34]/",
    ] {
        assert_eq!(allowed_by(text), [true; 4], "{text}");
    }
}

#[test]
fn only_the_operator_names_addresses_inside() {
    for text in [
        "https://192.168.0.1",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0",
        "https://0/",
        "https://100.64.0.1",
        "https://[::]",
        "https://[::2]",
        "https://[fe80::1]",
        "https://[fd00::1]:443",
        "https://[::ffff:10.0.0.1]",
        "https://[64:ff9b::10.0.0.1]",
        "https://0xa000001/",
        "https://012.0.0.1/",
        "https://192.168.1/",
    ] {
        assert_eq!(allowed_by(text), [true, true, false, false], "{text}");
    }
}

#[test]
fn an_encrypted_address_of_this_machine_is_not_public() {
    for text in [
        "https://127.0.0.1",
        "https://127.8.9.1:8443/x",
        "https://2130706433/",
        "https://0x7f.1",
        "https://127.0.0.1./",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://localhost",
        "https://LOCALHOST.",
        "https://a.localhost",
    ] {
        assert_eq!(allowed_by(text), [true, true, false, true], "{text}");
    }
}

#[test]
fn an_unencrypted_address_is_on_this_machine_and_only_where_that_is_allowed() {
    for text in ["http://localhost:8080/x", "http://127.0.0.1", "http://127.8.9.1", "http://[::1]:1/token"] {
        assert_eq!(allowed_by(text), [false, true, false, true], "{text}");
    }
    for text in ["http://a.localhost", "http://localhost.:1", "http://[::ffff:127.0.0.1]"] {
        assert_eq!(allowed_by(text), [false, false, false, true], "{text}");
    }
}

#[test]
fn no_other_address_is_asked() {
    for text in [
        "http://login.example",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "http://192.168.0.1",
        "http://93.184.216.34",
        "http://[::2]",
        "https://me:secret@login.example",
        "https://me@login.example",
        "https://:secret@login.example",
        "http://me@localhost",
        "https://me@127.0.0.1",
        "ftp://localhost",
        "ftp://93.184.216.34",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:,x",
    ] {
        assert_eq!(allowed_by(text), [false; 4], "{text}");
    }
}

#[test]
fn what_a_name_stands_for_matters_to_strangers_alone() {
    let allowed = |name: &str, address: &str| {
        let address = address.parse().unwrap();
        POLICIES.map(|policy| policy.allows_at(name, address))
    };
    for address in ["93.184.216.34", "2606:2800:220:1::1"] {
        assert_eq!(allowed("hook.example", address), [true; 4]);
        assert_eq!(allowed("localhost", address), [true, true, true, false]);
    }
    for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        assert_eq!(allowed("hook.example", address), [true, true, false, false]);
        for name in ["localhost", "A.LocalHost."] {
            assert_eq!(allowed(name, address), [true, true, false, true]);
        }
    }
    for address in ["10.0.0.1", "169.254.169.254", "fe80::1", "::ffff:192.168.0.1", "64:ff9b::a00:1"] {
        for name in ["hook.example", "localhost"] {
            assert_eq!(allowed(name, address), [true, true, false, false]);
        }
    }
}
