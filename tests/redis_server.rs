//! The Redis that other tests start.
#![cfg(unix)]

use std::io::ErrorKind;
use std::net::TcpStream;
use std::thread;

use report_pipeline_test_support::redis::{DURABLE, RedisServer};

#[test]
fn a_server_answers_from_the_start_and_leaves_nothing_behind() {
    let server = RedisServer::start();
    assert_eq!(server.run(&["SET", "key", "a value"]), "OK");
    assert_eq!(server.run(&["GET", "key"]), "a value");
    assert_eq!(
        server.run(&["CONFIG", "GET", "appendonly"]),
        "appendonly\nno"
    );
    let (address, folder) = (server.address(), server.run(&["CONFIG", "GET", "dir"]));
    let folder = folder.split_once('\n').unwrap().1;
    assert!(std::fs::exists(folder).unwrap());
    drop(server);
    assert!(TcpStream::connect(address).is_err());
    assert!(!std::fs::exists(folder).unwrap());
}

#[test]
fn a_durable_server_comes_back_at_its_address_with_what_it_had() {
    let mut server = RedisServer::with_options(DURABLE);
    let address = server.address();
    for (n, end) in [RedisServer::kill, RedisServer::stop].iter().enumerate() {
        assert_eq!(server.run(&["INCR", "count"]), (n + 1).to_string());
        end(&mut server);
        let refused = TcpStream::connect(address).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        server.restart();
    }
    server.restart();
    assert_eq!(server.address(), address);
    assert_eq!(server.run(&["GET", "count"]), "2");
}

#[test]
fn a_server_in_memory_comes_back_empty() {
    let mut server = RedisServer::start();
    server.run(&["SET", "key", "value"]);
    server.restart();
    assert_eq!(server.run(&["EXISTS", "key"]), "0");
}

#[test]
fn a_paused_server_takes_connections_and_answers_later() {
    let server = RedisServer::start();
    server.pause();
    thread::scope(|scope| {
        let reply = scope.spawn(|| server.run(&["PING"]));
        TcpStream::connect(server.address()).unwrap();
        server.resume();
        assert_eq!(reply.join().unwrap(), "PONG");
    });
}

#[test]
fn many_servers_start_at_once() {
    thread::scope(|scope| {
        let starting: Vec<_> = (0..8).map(|_| scope.spawn(RedisServer::start)).collect();
        for server in starting {
            assert_eq!(server.join().unwrap().run(&["DBSIZE"]), "0");
        }
    });
}
