//! Macros that make items, as far as they are simple: one arm, and parameters that are each used as
//! they were given, such as `forward!(Arc)`.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Item, ItemMacro};

/// The macros that a file defines, by name.
#[derive(Default)]
pub(crate) struct Macros(BTreeMap<String, TokenStream>);

impl Macros {
    pub(crate) fn define(&mut self, definition: &ItemMacro) {
        if let Some(name) = &definition.ident {
            self.0
                .insert(name.to_string(), definition.mac.tokens.clone());
        }
    }

    /// Returns the items that an invocation makes. There are none where the macro comes from elsewhere
    /// or is not simple.
    ///
    /// # Errors
    ///
    /// A macro that cannot be expanded here and seems to make something public.
    pub(crate) fn expand(&self, call: &ItemMacro) -> Result<Vec<Item>, String> {
        let name = call
            .mac
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string());
        let Some((name, rules)) = name.and_then(|name| self.0.get_key_value(&name)) else {
            return Ok(Vec::new());
        };
        let expanded = expand(rules.clone(), &call.mac.tokens)
            .and_then(|tokens| syn::parse2::<syn::File>(tokens).ok());
        match expanded {
            Some(file) => Ok(file.items),
            None if makes_public(rules.clone()) => Err(format!(
                "{name}! makes public items and is too complicated to be read here: write them out, or \
                 teach crates/checks/src/expand.rs to read it"
            )),
            None => Ok(Vec::new()),
        }
    }
}

fn expand(rules: TokenStream, arguments: &TokenStream) -> Option<TokenStream> {
    let mut rules = rules.into_iter();
    let (matcher, body) = (group(rules.next()?)?, rules.nth(2).and_then(group)?);
    if rules.any(|token| !matches!(&token, TokenTree::Punct(mark) if mark.as_char() == ';')) {
        return None;
    }
    let names = split(matcher.stream());
    let values = split(arguments.clone());
    if names.len() != values.len() {
        return None;
    }
    let mut given = BTreeMap::new();
    for (name, value) in names.into_iter().zip(values) {
        // `$name:kind`
        let [
            TokenTree::Punct(_),
            TokenTree::Ident(name),
            _,
            TokenTree::Ident(_),
        ] = &name[..]
        else {
            return None;
        };
        given.insert(name.to_string(), value);
    }
    substitute(body.stream(), &given)
}

fn substitute(body: TokenStream, given: &BTreeMap<String, Vec<TokenTree>>) -> Option<TokenStream> {
    let mut result = Vec::new();
    let mut tokens = body.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '$' => match tokens.next()? {
                TokenTree::Ident(name) if name == "crate" => result.push(name.into()),
                TokenTree::Ident(name) => result.extend(given.get(&name.to_string())?.clone()),
                // A repetition.
                _ => return None,
            },
            TokenTree::Group(group) => {
                let inner = substitute(group.stream(), given)?;
                result.push(Group::new(group.delimiter(), inner).into());
            }
            other => result.push(other),
        }
    }
    Some(result.into_iter().collect())
}

fn makes_public(rules: TokenStream) -> bool {
    let mut tokens = rules.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let found = match &token {
            TokenTree::Ident(name) if name == "impl" => true,
            TokenTree::Ident(name) if name == "pub" => !matches!(
                tokens.peek(),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis
            ),
            TokenTree::Group(group) => makes_public(group.stream()),
            _ => false,
        };
        if found {
            return true;
        }
    }
    false
}

fn group(token: TokenTree) -> Option<Group> {
    match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    }
}

/// The tokens between commas.
fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == ',' => parts.push(Vec::new()),
            other => parts.last_mut().expect("there is one").push(other),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
