//! Values as the server takes them.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::store::sql::{Kind, Value};

/// What a statement is sent with.
pub(super) enum Parameter {
    One(Value<'static>),
    /// An array, with its type.
    Many(Type, Vec<Self>),
}

/// Makes parameters of values.
pub(super) fn parameters(values: &[Value<'_>]) -> Vec<Parameter> {
    values.iter().map(Parameter::new).collect()
}

impl Parameter {
    pub(super) fn new(value: &Value<'_>) -> Self {
        Self::One(match value {
            Value::Null => Value::Null,
            Value::Integer(number) => Value::Integer(*number),
            Value::Text(text) => Value::Text(Cow::Owned(text.clone().into_owned())),
            Value::Bytes(bytes) => Value::Bytes(bytes.clone()),
            Value::Texts(texts) => {
                let texts = texts.iter().map(|text| Value::Text(text.clone().into()));
                return Self::of_many(Kind::Text, texts);
            }
        })
    }

    /// An array of values of one kind.
    pub(super) fn of_many(kind: Kind, values: impl IntoIterator<Item = Value<'static>>) -> Self {
        let kind = match kind {
            Kind::Integer => Type::INT8_ARRAY,
            Kind::Text => Type::TEXT_ARRAY,
            Kind::Bytes => Type::BYTEA_ARRAY,
        };
        Self::Many(kind, values.into_iter().map(Self::One).collect())
    }

    pub(super) fn kind(&self) -> Type {
        match self {
            // The server finds out.
            Self::One(Value::Null | Value::Texts(_)) => Type::UNKNOWN,
            Self::One(Value::Integer(_)) => Type::INT8,
            Self::One(Value::Text(_)) => Type::TEXT,
            Self::One(Value::Bytes(_)) => Type::BYTEA,
            Self::Many(kind, _) => kind.clone(),
        }
    }
}

/// Without the value: the driver may log its parameters.
impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().name())
    }
}

impl ToSql for Parameter {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::One(Value::Null) => return Ok(IsNull::Yes),
            Self::One(Value::Integer(number)) => out.put_i64(*number),
            Self::One(Value::Text(text)) => out.put_slice(text.as_bytes()),
            Self::One(Value::Bytes(bytes)) => out.put_slice(bytes),
            Self::One(Value::Texts(_)) => return Err("a list is an array".into()),
            Self::Many(_, values) => return values.as_slice().to_sql(kind, out),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        // Every column of the store's own tables is one of these kinds.
        true
    }

    to_sql_checked!();
}
