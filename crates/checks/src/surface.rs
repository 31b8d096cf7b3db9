//! The public surface of a library as a text, for reviews: what is exported, with signatures and
//! without bodies.
//!
//! The text is Rust but for a few lines: `// provided` stands before trait methods that have a body,
//! `// private fields` in structs that have some, and no function has a body. Each item is followed
//! by its own methods and by the traits that it implements; what is implemented for other crates'
//! types follows the trait.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use quote::{ToTokens, format_ident};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Block, Field, Fields, FnArg, ImplItem, Item, ItemImpl, ItemTrait, Pat, Path,
    Signature, TraitItem, Type, UseTree, Visibility, parse_quote,
};

use crate::modules::{Import, Library, Module, Place, attributes, declares, imports};

/// The attributes that a user of the library can tell.
const SHOWN: [&str; 8] = [
    "cfg",
    "default",
    "deprecated",
    "derive",
    "macro_export",
    "must_use",
    "non_exhaustive",
    "repr",
];

/// Returns all that a library exports, sorted by name in each public module.
///
/// # Panics
///
/// Panics at an export that cannot be followed.
#[must_use]
pub fn listing(library: &Library) -> String {
    let mut surface = Surface::new(library);
    surface.find_exports(&library.root);
    surface.module(&library.root, &library.name)
}

struct Surface<'a> {
    library: &'a Library,
    /// What the paths of the public modules lead to.
    exported: BTreeSet<Place>,
    /// The blocks of methods and traits, by what each is listed under.
    impls: BTreeMap<Place, Vec<ItemImpl>>,
    /// Where each item was listed first.
    listed: RefCell<BTreeMap<Place, String>>,
}

impl<'a> Surface<'a> {
    fn new(library: &'a Library) -> Self {
        Self {
            library,
            exported: BTreeSet::new(),
            impls: BTreeMap::new(),
            listed: RefCell::default(),
        }
    }

    fn find_exports(&mut self, root: &Module) {
        self.note_exports(root);
        for module in self.library.modules() {
            for item in &module.items {
                if let Item::Impl(block) = item
                    && !is_hidden(&block.attrs)
                {
                    self.place_impl(module, block);
                }
            }
        }
    }

    fn note_exports(&mut self, module: &Module) {
        for item in module
            .items
            .iter()
            .filter(|item| !is_hidden(attributes(item)))
        {
            match item {
                Item::Use(item) if is_public(&item.vis) => {
                    for import in imports(&item.tree) {
                        if let Some(place) = self.library.resolve(module, &import.path) {
                            if let (None, Some(inner)) =
                                (&place.item, self.library.module(&place.module))
                            {
                                self.note_exports(inner);
                            }
                            self.exported.insert(place);
                        }
                    }
                }
                other => {
                    if let Some(name) = public_name(other) {
                        self.exported.insert(Place {
                            module: module.path.clone(),
                            item: Some(name),
                        });
                    }
                }
            }
        }
        for child in &module.children {
            if child.is_public && !is_hidden(&child.attributes) {
                self.note_exports(&child.module);
            }
        }
    }

    /// Files an `impl` block under the exported type, or else the exported trait, that it is about.
    fn place_impl(&mut self, module: &Module, block: &ItemImpl) {
        let resolve = |path: &Path| {
            let names: Vec<String> = path
                .segments
                .iter()
                .map(|part| part.ident.to_string())
                .collect();
            self.library.resolve(module, &names)
        };
        let of_trait = block.trait_.as_ref().map(|(path, _)| resolve(path));
        if let Some(Some(ours)) = &of_trait
            && !self.exported.contains(ours)
        {
            return;
        }
        let self_type = named(&block.self_ty).and_then(resolve);
        let subject = [self_type, of_trait.flatten()]
            .into_iter()
            .flatten()
            .find(|place| self.exported.contains(place));
        let Some(subject) = subject else { return };
        let mut stub = stub_of_impl(block);
        if let Type::Path(subject) = &mut *stub.self_ty {
            // From wherever it is written.
            let last = subject.path.segments.pop();
            subject.path.segments = last.into_iter().collect();
        }
        if block.trait_.is_some() || !stub.items.is_empty() {
            self.impls.entry(subject).or_default().push(stub);
        }
    }

    /// What a module exports under a path: each item with its blocks, with a blank line between items.
    /// Modules below come last, so that what they export again is listed here.
    fn module(&self, module: &Module, at: &str) -> String {
        let mut listed: BTreeMap<String, String> = BTreeMap::new();
        for item in module
            .items
            .iter()
            .filter(|item| !is_hidden(attributes(item)))
        {
            match item {
                Item::Use(found) if is_public(&found.vis) => {
                    for import in imports(&found.tree) {
                        let text = self.import(module, at, &import, &found.attrs);
                        listed.insert(import.name, text);
                    }
                }
                other => {
                    if let Some(name) = public_name(other) {
                        // All that has this name; so nothing is lost when it comes twice.
                        let text = self.item(module, &name, &format!("{at}::{name}"), &[]);
                        listed.insert(name, text);
                    }
                }
            }
        }
        for child in &module.children {
            if child.is_public && !is_hidden(&child.attributes) {
                let text = self.module_block(&child.name, &child.module, at, &child.attributes);
                listed.insert(child.name.clone(), text);
            }
        }
        listed.into_values().collect::<Vec<_>>().join("\n")
    }

    fn import(&self, module: &Module, at: &str, import: &Import, attrs: &[Attribute]) -> String {
        let Import { name, path } = import;
        let written = path.join("::");
        let Some(place) = self.library.resolve(module, path) else {
            let first = path.first().map(String::as_str);
            assert!(
                !matches!(first, Some("crate" | "self" | "super")),
                "{}: cannot follow `pub use {written}`",
                module.file
            );
            return print_use(&written, name, attrs);
        };
        let found = self.library.module(&place.module).expect("it was resolved");
        match &place.item {
            _ if name == "*" => self.module(found, at),
            Some(item) => self.item(found, item, &format!("{at}::{name}"), attrs),
            None => self.module_block(name, found, at, attrs),
        }
    }

    fn module_block(&self, name: &str, module: &Module, at: &str, attrs: &[Attribute]) -> String {
        let at = format!("{at}::{name}");
        let (name, attributes) = (format_ident!("{name}"), shown(attrs));
        let empty = print(vec![parse_quote!(#(#attributes)* pub mod #name {})]);
        let mut text = empty.trim_end_matches("}\n").to_owned() + "\n";
        for line in self.module(module, &at).lines() {
            let indent = if line.is_empty() { "" } else { "    " };
            text.extend([indent, line, "\n"]);
        }
        text + "}\n"
    }

    /// What a module declares under a name, exported under a path with further attributes.
    fn item(&self, module: &Module, name: &str, exported: &str, more: &[Attribute]) -> String {
        let place = Place {
            module: module.path.clone(),
            item: Some(name.to_owned()),
        };
        let (_, name_here) = exported
            .rsplit_once("::")
            .expect("it begins with the library");
        if let Some(first) = self.listed.borrow().get(&place) {
            return print_use(first, name_here, more);
        }
        self.listed
            .borrow_mut()
            .insert(place.clone(), exported.to_owned());
        let mut items: Vec<Item> = module
            .items
            .iter()
            .filter(|item| declares(item, name) && !is_hidden(attributes(item)))
            .map(|item| stub(item, name_here, &shown(more)))
            .collect();
        assert!(
            !items.is_empty(),
            "{}: cannot find {name}, which is exported",
            module.file
        );
        let mut impls: Vec<&ItemImpl> = self.impls.get(&place).into_iter().flatten().collect();
        // Methods first, as they are in the source; then the traits, by their names.
        impls.sort_by_cached_key(|block| {
            let of_trait = block.trait_.as_ref();
            of_trait.map(|(path, _)| {
                let name = path.segments.last().map(|last| last.ident.to_string());
                (name, block.to_token_stream().to_string())
            })
        });
        items.extend(impls.into_iter().cloned().map(Item::Impl));
        print(items)
    }
}

/// A line that hands a path on under a name.
fn print_use(path: &str, name: &str, attributes: &[Attribute]) -> String {
    let is_renamed = path.rsplit("::").next() != Some(name);
    let rename = if is_renamed {
        format!(" as {name}")
    } else {
        String::new()
    };
    let tree: UseTree = syn::parse_str(&format!("{path}{rename}")).expect("it is a path");
    let attributes = shown(attributes);
    print(vec![parse_quote!(#(#attributes)* pub use #tree;)])
}

fn stub(item: &Item, name: &str, more: &[Attribute]) -> Item {
    let name = format_ident!("{name}");
    let mut item = item.clone();
    let attributes = [more, &shown(attributes(&item))].concat();
    match &mut item {
        Item::Const(item) => (item.attrs, item.ident) = (attributes, name),
        Item::Static(item) => (item.attrs, item.ident) = (attributes, name),
        Item::Type(item) => (item.attrs, item.ident) = (attributes, name),
        Item::Fn(item) => {
            (item.attrs, item.sig.ident) = (attributes, name);
            strip_patterns(&mut item.sig);
            *item.block = no_body();
        }
        Item::Struct(item) => {
            (item.attrs, item.ident) = (attributes, name);
            hide_private(&mut item.fields);
        }
        Item::Enum(item) => {
            (item.attrs, item.ident) = (attributes, name);
            for variant in &mut item.variants {
                variant.attrs = shown(&variant.attrs);
                for field in &mut variant.fields {
                    field.attrs = shown(&field.attrs);
                }
            }
        }
        Item::Trait(item) => {
            (item.attrs, item.ident) = (attributes, name);
            strip_trait(item);
        }
        Item::Macro(item) => {
            (item.attrs, item.ident) = (attributes, Some(name));
            item.mac.tokens = quote::quote!((..) => {};);
        }
        _ => {}
    }
    item
}

fn strip_trait(item: &mut ItemTrait) {
    item.items.retain(|item| {
        !is_hidden(match item {
            TraitItem::Const(item) => &item.attrs,
            TraitItem::Fn(item) => &item.attrs,
            TraitItem::Type(item) => &item.attrs,
            TraitItem::Macro(item) => &item.attrs,
            _ => &[],
        })
    });
    for item in &mut item.items {
        match item {
            TraitItem::Const(item) => item.attrs = shown(&item.attrs),
            TraitItem::Type(item) => item.attrs = shown(&item.attrs),
            TraitItem::Fn(method) => {
                method.attrs = shown(&method.attrs);
                if method.default.is_some() {
                    method.attrs.insert(0, parse_quote!(#[provided]));
                    method.default = Some(no_body());
                }
            }
            _ => {}
        }
    }
}

/// A block without what is private, and without the methods of a trait, which are the trait's.
fn stub_of_impl(block: &ItemImpl) -> ItemImpl {
    let mut block = block.clone();
    let of_trait = block.trait_.is_some();
    block.attrs = shown(&block.attrs);
    block.items.retain(|item| match item {
        ImplItem::Fn(item) => !of_trait && is_public(&item.vis) && !is_hidden(&item.attrs),
        ImplItem::Const(item) => (of_trait || is_public(&item.vis)) && !is_hidden(&item.attrs),
        ImplItem::Type(_) => true,
        _ => false,
    });
    for item in &mut block.items {
        match item {
            ImplItem::Const(item) => item.attrs = shown(&item.attrs),
            ImplItem::Type(item) => item.attrs = shown(&item.attrs),
            ImplItem::Fn(method) => {
                method.attrs = shown(&method.attrs);
                strip_patterns(&mut method.sig);
                method.block = no_body();
            }
            _ => {}
        }
    }
    block
}

fn hide_private(fields: &mut Fields) {
    match fields {
        Fields::Named(fields) => {
            let is_shown = |field: &&Field| is_public(&field.vis) && !is_hidden(&field.attrs);
            let mut kept: Punctuated<Field, _> =
                fields.named.iter().filter(is_shown).cloned().collect();
            for field in &mut kept {
                field.attrs = shown(&field.attrs);
            }
            if kept.len() < fields.named.len() {
                let mark = quote::quote!(private_fields: ());
                kept.push(Field::parse_named.parse2(mark).expect("it is a field"));
            }
            fields.named = kept;
        }
        Fields::Unnamed(fields) => {
            for field in &mut fields.unnamed {
                field.attrs = shown(&field.attrs);
                if !is_public(&field.vis) {
                    field.vis = Visibility::Inherited;
                    field.ty = parse_quote!(_);
                }
            }
        }
        Fields::Unit => {}
    }
}

/// `mut` before an argument is the body's affair.
fn strip_patterns(signature: &mut Signature) {
    for argument in &mut signature.inputs {
        match argument {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(argument) => {
                if let Pat::Ident(pattern) = &mut *argument.pat {
                    pattern.mutability = None;
                }
            }
        }
    }
}

fn no_body() -> Block {
    parse_quote!({})
}

/// Prints items, and turns what only stood there to be printed into what is meant.
fn print(items: Vec<Item>) -> String {
    let file = syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    };
    let mut result = String::new();
    for line in prettyplease::unparse(&file).lines() {
        let code = line.trim_start();
        let has_no_body = code.starts_with(['i', ')']) || code.contains("fn ");
        match code {
            "#[provided]" => result.push_str(&line.replace(code, "// provided")),
            "private_fields: ()," => result.push_str(&line.replace(code, "// private fields")),
            // Behind the conditions of a function.
            "{}" => continue,
            _ => match line.strip_suffix(" {}") {
                Some(signature) if has_no_body => result.extend([signature, ";"]),
                _ => result.push_str(line),
            },
        }
        result.push('\n');
    }
    result
}

fn shown(attributes: &[Attribute]) -> Vec<Attribute> {
    let is_shown = |attribute: &&Attribute| {
        let path = attribute.path();
        path.get_ident()
            .is_some_and(|name| SHOWN.contains(&name.to_string().as_str()))
            || path
                .segments
                .last()
                .is_some_and(|last| last.ident == "async_trait")
    };
    attributes.iter().filter(is_shown).cloned().collect()
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute
                .meta
                .to_token_stream()
                .to_string()
                .contains("hidden")
            && matches!(attribute.meta, syn::Meta::List(_))
    })
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The name under which an item is public in its module.
fn public_name(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Const(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Fn(item) => (&item.vis, &item.sig.ident),
        Item::Static(item) => (&item.vis, &item.ident),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        Item::Union(item) => (&item.vis, &item.ident),
        Item::Macro(item) => {
            let is_exported = item
                .attrs
                .iter()
                .any(|attribute| attribute.path().is_ident("macro_export"));
            return item
                .ident
                .as_ref()
                .filter(|_| is_exported)
                .map(ToString::to_string);
        }
        _ => return None,
    };
    is_public(visibility).then(|| name.to_string())
}

/// The type that a block is about, behind references.
fn named(subject: &Type) -> Option<&Path> {
    match subject {
        Type::Path(path) => Some(&path.path),
        Type::Reference(reference) => named(&reference.elem),
        Type::Paren(inner) => named(&inner.elem),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what a library exports whose `lib.rs` is given, beside a few private modules.
    fn check(lib: &str, expected: &str) {
        let found = listing_of(&[
            ("lib.rs", &format!("mod inner; mod made; {lib}")),
            (
                "inner/mod.rs",
                "mod deeper; pub use self::deeper::{Deep, deep}; pub struct Inner; impl Inner { pub fn new() -> Self { Self } }",
            ),
            (
                "inner/deeper.rs",
                "use crate::made::Hidden; pub struct Deep(pub u8, u8); pub fn deep(mut x: u8) -> u8 { x } \
                 impl Hidden for Deep {} impl From<Deep> for u8 { fn from(x: Deep) -> u8 { x.0 } } \
                 impl std::fmt::Debug for Deep { fn fmt(&self) {} }",
            ),
            (
                "made.rs",
                "pub trait Hidden {} pub trait Open { fn must(&self); fn may(&self) { } #[doc(hidden)] fn not(&self); } \
                 macro_rules! forward { ($pointer:ident) => { impl<T: Open> Open for $pointer<T> { fn must(&self) {} } }; } \
                 forward!(Box); impl<T: Copy> Open for &T { fn must(&self) {} }",
            ),
        ]);
        assert_eq!(found, expected, "{lib}");
    }

    fn listing_of(files: &[(&str, &str)]) -> String {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).into(), (*text).into()));
        listing(&Library::parse("sample", &files.collect()))
    }

    #[test]
    fn only_what_is_exported_is_listed() {
        check("", "");
        check(
            "pub(crate) struct A; struct B; pub(crate) use inner::Inner;",
            "",
        );
        check(
            "#[doc(hidden)] pub struct A; #[doc(hidden)] pub use inner::Inner;",
            "",
        );
        check(
            "#[cfg(test)] pub struct A; #[cfg(test)] pub mod tests {}",
            "",
        );
    }

    #[test]
    fn structs_show_their_public_fields() {
        check(
            "/// Words.\n#[derive(Clone)] #[non_exhaustive] pub struct A<T: Copy> { pub a: T, #[serde(skip)] pub b: u8 }",
            "#[derive(Clone)]\n#[non_exhaustive]\npub struct A<T: Copy> {\n    pub a: T,\n    pub b: u8,\n}\n",
        );
        check(
            "pub struct A { pub a: u8, b: u8, pub(crate) c: u8 }",
            "pub struct A {\n    pub a: u8,\n    // private fields\n}\n",
        );
        check(
            "pub struct A(u8); pub struct B;",
            "pub struct A(_);\n\npub struct B;\n",
        );
    }

    #[test]
    fn enums_traits_constants_aliases_and_macros_are_listed_by_name() {
        check(
            "pub enum E { #[default] A, B(u8), C { x: u8 } } pub type B = u8; pub const A: u8 = 1; \
             pub static C: u8 = 1; #[macro_export] macro_rules! d { ($x:expr) => { $x }; }",
            "pub const A: u8 = 1;\n\npub type B = u8;\n\npub static C: u8 = 1;\n\n\
             pub enum E {\n    #[default]\n    A,\n    B(u8),\n    C { x: u8 },\n}\n\n\
             #[macro_export]\nmacro_rules! d {\n    (..) => {};\n}\n",
        );
        check(
            "#[async_trait] pub trait T: Send { const N: u8; type O: Copy; async fn f(&self); }",
            "#[async_trait]\npub trait T: Send {\n    const N: u8;\n    type O: Copy;\n    async fn f(&self);\n}\n",
        );
    }

    #[test]
    fn functions_lose_their_bodies_and_keep_their_conditions() {
        check(
            "#[inline] #[must_use] pub const fn f<T>(mut x: T) -> T where T: Copy { x }",
            "#[must_use]\npub const fn f<T>(x: T) -> T\nwhere\n    T: Copy,\n",
        );
    }

    #[test]
    fn methods_and_traits_follow_their_type_wherever_they_are_written() {
        check(
            "pub struct A; impl A { pub const N: u8 = 1; pub fn new(mut self) -> Self { self } fn no() {} } \
             mod x { impl super::A { #[cfg(feature = \"f\")] pub fn more(&self) {} #[doc(hidden)] pub fn no(&self) {} } } \
             impl Iterator for A { type Item = u8; fn next(&mut self) -> Option<u8> { None } }",
            "pub struct A;\nimpl A {\n    pub const N: u8 = 1;\n    pub fn new(self) -> Self;\n}\n\
             impl A {\n    #[cfg(feature = \"f\")]\n    pub fn more(&self);\n}\n\
             impl Iterator for A {\n    type Item = u8;\n}\n",
        );
    }

    #[test]
    fn exports_are_followed_through_modules_renames_and_globs() {
        let inner = "pub struct Inner;\nimpl Inner {\n    pub fn new() -> Self;\n}\n";
        check("pub use self::inner::Inner;", inner);
        check("pub use inner::*;", &format!("pub struct Deep(pub u8, _);\nimpl fmt::Debug for Deep;\n\n{inner}\npub fn deep(x: u8) -> u8;\n").replace("fmt::Debug", "std::fmt::Debug"));
        check(
            "#[cfg(feature = \"f\")] pub use crate::inner::deep as dive;",
            "#[cfg(feature = \"f\")]\npub fn dive(x: u8) -> u8;\n",
        );
        check(
            "#[cfg(feature = \"f\")] pub mod face { pub use super::inner::deep; pub mod eye { pub struct Iris; } }",
            "#[cfg(feature = \"f\")]\npub mod face {\n    pub fn deep(x: u8) -> u8;\n\n    pub mod eye {\n        pub struct Iris;\n    }\n}\n",
        );
        check(
            "pub use bytes::Bytes; pub use http as web;",
            "pub use bytes::Bytes;\n\npub use http as web;\n",
        );
    }

    #[test]
    fn what_is_exported_twice_is_listed_once() {
        check(
            "pub mod inside { pub use crate::A; pub use crate::A as B; } pub struct A;",
            "pub struct A;\n\npub mod inside {\n    pub use sample::A;\n\n    pub use sample::A as B;\n}\n",
        );
    }

    #[test]
    fn what_implements_a_trait_for_foreign_types_follows_the_trait() {
        check(
            "pub use self::made::Open;",
            "pub trait Open {\n    fn must(&self);\n    // provided\n    fn may(&self);\n}\n\
             impl<T: Copy> Open for &T;\nimpl<T: Open> Open for Box<T>;\n",
        );
    }

    #[test]
    #[should_panic(expected = "cannot find gone")]
    fn an_export_that_cannot_be_followed_is_refused() {
        check("pub mod a { pub use super::gone::X; }", "");
    }

    #[test]
    #[should_panic(expected = "make! makes public items")]
    fn a_macro_that_hides_public_items_is_refused() {
        check(
            "macro_rules! make { ($($x:ident)*) => { $(pub struct $x;)* }; } make!(A B);",
            "",
        );
    }
}
