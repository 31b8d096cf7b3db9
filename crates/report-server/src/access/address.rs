//! Where a request comes from.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderName;
use axum::http::request::Parts;
use report_pipeline::http::Peer;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client: of its connection, or what the outermost of some trusted proxies has seen. What
/// stands before that in `X-Forwarded-For` anybody may have written.
///
/// A provider gives a customer a network of IPv6 addresses, so only the first 64 bits of one count.
pub(crate) fn client_address(head: &Parts, trusted_proxies: usize) -> Option<IpAddr> {
    let peer = head.extensions.get::<Peer>().map(|peer| peer.0.ip());
    let address = if trusted_proxies == 0 {
        peer
    } else {
        forwarded(head, trusted_proxies).or(peer)
    };
    Some(match address?.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
        v4 @ IpAddr::V4(_) => v4,
    })
}

fn forwarded(head: &Parts, proxies: usize) -> Option<IpAddr> {
    let fields = head.headers.get_all(X_FORWARDED_FOR).iter();
    let lists: Vec<&str> = fields.filter_map(|list| list.to_str().ok()).collect();
    let list = lists.join(",");
    list.rsplit(',').nth(proxies - 1)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn address(peer: &str, forwarded: &[&str], proxies: usize) -> String {
        let mut request = Request::builder().extension(Peer(peer.parse().unwrap()));
        for list in forwarded {
            request = request.header("x-forwarded-for", *list);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        client_address(&head, proxies).unwrap().to_string()
    }

    #[test]
    fn only_what_a_trusted_proxy_has_added_is_believed() {
        let lists = &["6.6.6.6, 1.2.3.4", "10.0.0.1"];
        assert_eq!(address("9.9.9.9:1", lists, 0), "9.9.9.9");
        assert_eq!(address("9.9.9.9:1", lists, 1), "10.0.0.1");
        assert_eq!(address("9.9.9.9:1", lists, 2), "1.2.3.4");
        assert_eq!(address("9.9.9.9:1", lists, 4), "9.9.9.9");
        assert_eq!(address("9.9.9.9:1", &["unknown"], 1), "9.9.9.9");
    }

    #[test]
    fn a_network_of_a_customer_is_one_address() {
        assert_eq!(
            address("[2001:db8:1:2:3:4:5:6]:1", &[], 0),
            "2001:db8:1:2::"
        );
        assert_eq!(address("[::ffff:1.2.3.4]:1", &[], 0), "1.2.3.4");
    }
}
