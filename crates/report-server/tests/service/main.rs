//! The service as an operator runs it: started as a process, with flags and files, asked over sockets.

mod access;
mod callbacks;
mod operator;
mod running;
mod secured;
mod settings;
mod submits;
mod support;
