//! A package's modules: what each file declares, and what the paths in it lead to.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, UseTree};

use crate::expand::Macros;

/// The modules of one library, without its tests.
pub struct Library {
    /// The package's name as paths begin with it, such as `report_pipeline`.
    pub name: String,
    /// The module of `lib.rs`.
    pub root: Module,
}

/// One module: a file, or a block `mod name { ... }` in one.
pub struct Module {
    /// The names that lead here from the root.
    pub path: Vec<String>,
    /// The file that it is in, from the folder of sources.
    pub file: String,
    /// What it declares, except for other modules. Tests are left out, simple macros are expanded.
    pub items: Vec<Item>,
    /// The modules below.
    pub children: Vec<Child>,
    imports: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

/// A module below another, with what is said where it is declared.
pub struct Child {
    /// Its name.
    pub name: String,
    /// Whether it is `pub`.
    pub is_public: bool,
    /// The attributes of the declaration.
    pub attributes: Vec<Attribute>,
    /// What it holds.
    pub module: Module,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The module that declares it.
    pub module: Vec<String>,
    /// The name of the item there; none when the path leads to the module itself.
    pub item: Option<String>,
}

/// One name that a `use` brings into a module.
#[derive(Debug)]
pub struct Import {
    /// The name that it has there; `*` for all names.
    pub name: String,
    /// The path as it is written.
    pub path: Vec<String>,
}

impl Library {
    /// Reads the library from the texts of its files, by their paths from the folder of sources.
    ///
    /// # Panics
    ///
    /// Panics when a file is missing, is not Rust, or does what is not understood here.
    #[must_use]
    pub fn parse(name: &str, files: &BTreeMap<String, String>) -> Self {
        let root = Module::parse(Vec::new(), "lib.rs", files);
        let name = name.replace('-', "_");
        Self { name, root }
    }

    /// Returns all modules, each before those below it.
    #[must_use]
    pub fn modules(&self) -> Vec<&Module> {
        let mut modules = vec![&self.root];
        let mut next = 0;
        while let Some(module) = modules.get(next) {
            modules.extend(module.children.iter().map(|child| &child.module));
            next += 1;
        }
        modules
    }

    /// Returns the module with that path from the root.
    #[must_use]
    pub fn module(&self, path: &[String]) -> Option<&Module> {
        let mut module = &self.root;
        for name in path {
            module = module.child(name)?;
        }
        Some(module)
    }

    /// Returns what a path that is written in a module leads to, through every re-export. It is
    /// `None` for what other crates declare.
    #[must_use]
    pub fn resolve(&self, from: &Module, path: &[String]) -> Option<Place> {
        // Re-exports that lead in a circle do not compile; this only bounds the search.
        self.resolve_within(from, path, 32)
    }

    fn resolve_within(&self, from: &Module, path: &[String], steps: u8) -> Option<Place> {
        let steps = steps.checked_sub(1)?;
        let (first, mut rest) = path.split_first()?;
        let mut module = match first.as_str() {
            "crate" => &self.root,
            "self" => from,
            "super" => self.parent(from)?,
            _ => return self.look_up(from, path, steps, false),
        };
        while let Some((_, further)) = rest.split_first().filter(|(name, _)| *name == "super") {
            module = self.parent(module)?;
            rest = further;
        }
        self.look_up(module, rest, steps, true)
    }

    /// Follows names from a module. Where the module must have the name, one that is not seen there is
    /// its own nonetheless: some macro made it.
    fn look_up(&self, from: &Module, names: &[String], steps: u8, must: bool) -> Option<Place> {
        let place = |item: Option<&String>| Place {
            module: from.path.clone(),
            item: item.cloned(),
        };
        let Some((name, rest)) = names.split_first() else {
            return Some(place(None));
        };
        if name == "*" {
            return Some(place(None));
        }
        if let Some(child) = from.child(name) {
            return self.look_up(child, rest, steps, true);
        }
        if from.items.iter().any(|item| declares(item, name)) {
            return Some(place(Some(name)));
        }
        if let Some(path) = from.imports.get(name) {
            // `use serde::Serialize as serde` and the like name another crate.
            let is_itself = path.first() == Some(name) && path.len() == 1;
            let path = [path, rest].concat();
            return if is_itself {
                None
            } else {
                self.resolve_within(from, &path, steps)
            };
        }
        let globs = from.globs.iter();
        let found = globs
            .map(|glob| [glob, names].concat())
            .find_map(|path| self.resolve_declared(from, &path, steps));
        found.or_else(|| must.then(|| place(Some(name))))
    }

    /// As `resolve_within`, but only to what is seen to be declared.
    fn resolve_declared(&self, from: &Module, path: &[String], steps: u8) -> Option<Place> {
        let place = self.resolve_within(from, path, steps)?;
        let module = self.module(&place.module)?;
        let Some(item) = &place.item else {
            return Some(place);
        };
        let is_there = module.items.iter().any(|found| declares(found, item));
        is_there.then_some(place)
    }

    fn parent(&self, module: &Module) -> Option<&Module> {
        let (_, above) = module.path.split_last()?;
        self.module(above)
    }
}

impl Module {
    fn parse(path: Vec<String>, file: &str, files: &BTreeMap<String, String>) -> Self {
        let text = files
            .get(file)
            .unwrap_or_else(|| panic!("{file} is declared and is not there"));
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        Self::new(path, file, parsed.items, files)
    }

    fn new(
        path: Vec<String>,
        file: &str,
        items: Vec<Item>,
        files: &BTreeMap<String, String>,
    ) -> Self {
        let mut module = Self {
            path,
            file: file.to_owned(),
            items: Vec::new(),
            children: Vec::new(),
            imports: BTreeMap::new(),
            globs: Vec::new(),
        };
        let mut macros = Macros::default();
        for item in items {
            if !is_for_tests(attributes(&item)) {
                module.add(item, &mut macros, files);
            }
        }
        module
    }

    fn add(&mut self, item: Item, macros: &mut Macros, files: &BTreeMap<String, String>) {
        match item {
            Item::Mod(declared) => {
                let name = declared.ident.to_string();
                let path = [&self.path[..], std::slice::from_ref(&name)].concat();
                let module = match declared.content {
                    Some((_, items)) => Self::new(path, &self.file, items, files),
                    None => Self::parse(path, &self.file_of(&name, files), files),
                };
                self.children.push(Child {
                    name,
                    is_public: matches!(declared.vis, syn::Visibility::Public(_)),
                    attributes: declared.attrs,
                    module,
                });
            }
            Item::Macro(found) => {
                if found.mac.path.is_ident("macro_rules") {
                    macros.define(&found);
                } else {
                    let made = macros.expand(&found);
                    let made = made.unwrap_or_else(|error| panic!("{}: {error}", self.file));
                    self.items.extend(made);
                }
                self.items.push(Item::Macro(found));
            }
            Item::Use(found) => {
                for import in imports(&found.tree) {
                    if import.name == "*" {
                        let (_, module) = import.path.split_last().expect("it ends in a star");
                        self.globs.push(module.to_vec());
                    } else {
                        self.imports.insert(import.name, import.path);
                    }
                }
                self.items.push(Item::Use(found));
            }
            Item::Impl(mut found) => {
                found.items.retain(|item| match item {
                    ImplItem::Fn(method) => !is_for_tests(&method.attrs),
                    _ => true,
                });
                self.items.push(Item::Impl(found));
            }
            other => self.items.push(other),
        }
    }

    /// The file of a module that is declared here: beside this file, or in the folder of its name.
    fn file_of(&self, name: &str, files: &BTreeMap<String, String>) -> String {
        let folder = match self.file.strip_suffix("mod.rs") {
            Some(folder) => folder.to_owned(),
            None if self.path.is_empty() => String::new(),
            None => self.file.replace(".rs", "/"),
        };
        let beside = format!("{folder}{name}.rs");
        if files.contains_key(&beside) {
            beside
        } else {
            format!("{folder}{name}/mod.rs")
        }
    }

    fn child(&self, name: &str) -> Option<&Self> {
        let child = self.children.iter().find(|child| child.name == name);
        child.map(|child| &child.module)
    }
}

/// Returns every name that a `use` brings in.
#[must_use]
pub fn imports(tree: &UseTree) -> Vec<Import> {
    let mut found = Vec::new();
    flatten(tree, &[], &mut found);
    found
}

fn flatten(tree: &UseTree, before: &[String], found: &mut Vec<Import>) {
    let with = |name: String| [before, &[name]].concat();
    match tree {
        UseTree::Path(path) => flatten(&path.tree, &with(path.ident.to_string()), found),
        UseTree::Group(group) => group
            .items
            .iter()
            .for_each(|tree| flatten(tree, before, found)),
        UseTree::Glob(_) => found.push(Import {
            name: "*".to_owned(),
            path: with("*".to_owned()),
        }),
        UseTree::Name(name) if name.ident == "self" => found.push(Import {
            name: before.last().cloned().unwrap_or_default(),
            path: before.to_vec(),
        }),
        UseTree::Name(name) => found.push(Import {
            name: name.ident.to_string(),
            path: with(name.ident.to_string()),
        }),
        UseTree::Rename(rename) => found.push(Import {
            name: rename.rename.to_string(),
            path: if rename.ident == "self" {
                before.to_vec()
            } else {
                with(rename.ident.to_string())
            },
        }),
    }
}

/// Returns whether an item declares that name.
#[must_use]
pub fn declares(item: &Item, name: &str) -> bool {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Macro(item) => match &item.ident {
            Some(ident) => ident,
            None => return false,
        },
        _ => return false,
    };
    ident == name
}

/// Returns an item's attributes.
#[must_use]
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = attribute.meta.to_token_stream().to_string();
        let text = text.replace(' ', "");
        attribute.path().is_ident("cfg")
            && ["cfg(test", "cfg(doctest", "cfg(all(test"]
                .iter()
                .any(|start| text.starts_with(start))
    })
}
