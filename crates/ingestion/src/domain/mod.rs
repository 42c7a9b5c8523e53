//! What the intake decides: whether a record is fit, and what is published of it. Pure.

pub mod command;
pub mod event;
pub mod normalise;
pub mod telemetry;

use imsop_journal::domain::Recorded;
use imsop_journal::{
    Attachment, AttachmentTable, Cell, Context, Domain, Draft, Moment, StateTable, UnreadableEvent,
};
use imsop_kernel::ids::Kind;
use imsop_kernel::problem::Fault;
use imsop_kernel::{StreamId, Tenant, Timestamp};
use serde::{Deserialize, Serialize};

pub use command::{Command, CompleteImport, Intake, Original};
pub use event::Event;
pub use telemetry::{Reading, Telemetry};

/// The intake's deciders.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ingestion;

/// What the intake remembers of a stream.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// A device that has sent something.
    Device {
        /// The device's own name.
        device_id: String,
        /// The newest time among its events.
        last_seen: Timestamp,
    },
    /// A record that was put aside.
    Quarantined {
        /// Where it came in.
        source: String,
        /// When.
        quarantined_at: Timestamp,
    },
    /// An import that has ended.
    Import {
        /// When.
        completed_at: Timestamp,
    },
}

const TABLES: [StateTable; 3] = [
    StateTable { kind: Kind::Device, table: "devices", columns: &["device_id", "last_seen"] },
    StateTable { kind: Kind::Record, table: "quarantine", columns: &["source", "quarantined_at"] },
    StateTable { kind: Kind::Import, table: "completed_imports", columns: &[] },
];

/// The table of originals, written beside the events.
pub const RECORDS: AttachmentTable = AttachmentTable {
    table: "records",
    columns: &[
        "tenant",
        "id",
        "source",
        "received_at",
        "content_type",
        "original",
        "fingerprint",
        "status",
        "reasons",
        "outcome",
    ],
    // A record that waited for its outcome has its row already.
    tail: "ON CONFLICT (tenant, id) DO UPDATE SET status = excluded.status, reasons = excluded.reasons, \
           outcome = excluded.outcome",
};

/// The intake refuses nothing: what is not fit is quarantined, which is an accepted command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The import has ended before.
    #[error("the import has ended before")]
    ImportEnded,
}

impl Domain for Ingestion {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Rejection = Rejection;

    fn tables(&self) -> &'static [StateTable] {
        &TABLES
    }

    fn targets(&self, tenant: &Tenant, command: &Command) -> Vec<StreamId> {
        vec![stream_of(tenant, command)]
    }

    /// Nobody asks, and a device that resends its backlog would have its whole stream folded each time.
    fn recalls_states(&self) -> bool {
        false
    }

    fn decide(
        &self,
        command: &Command,
        context: &Context,
        draft: &mut Draft<'_, Self>,
    ) -> Result<(), Rejection> {
        let stream = stream_of(&context.tenant, command);
        match command {
            Command::Receive(Intake { original, content }) => match content {
                Ok(telemetry) => {
                    let event = event::TelemetryReceived::new(original, telemetry, context.now);
                    draft.record_at(stream, Event::TelemetryReceived(event), telemetry.timestamp);
                }
                Err(reasons) => {
                    let event = event::RecordQuarantined::new(original, reasons);
                    draft.record(stream, Event::RecordQuarantined(event));
                }
            },
            Command::CompleteImport(completed) => {
                if draft.state(stream).is_some() {
                    return Err(Rejection::ImportEnded);
                }
                draft.record(stream, Event::FileImportCompleted(completed.clone()));
            }
        }
        Ok(())
    }

    fn evolve(&self, _state: Option<State>, event: &Event, moment: Moment) -> State {
        match event {
            Event::TelemetryReceived(received) => {
                State::Device { device_id: received.device_id.clone(), last_seen: moment.occurred_at }
            }
            Event::RecordQuarantined(quarantined) => {
                State::Quarantined { source: quarantined.source.clone(), quarantined_at: moment.recorded_at }
            }
            Event::FileImportCompleted(_) => State::Import { completed_at: moment.recorded_at },
        }
    }

    fn columns(&self, state: &State) -> Vec<Cell> {
        match state {
            State::Device { device_id, last_seen } => vec![device_id.as_str().into(), (*last_seen).into()],
            State::Quarantined { source, quarantined_at } => {
                vec![source.as_str().into(), (*quarantined_at).into()]
            }
            State::Import { .. } => Vec::new(),
        }
    }

    fn attachments(
        &self,
        command: &Command,
        context: &Context,
        recorded: &[Recorded<Event>],
    ) -> Vec<Attachment> {
        let Command::Receive(Intake { original, content }) = command else {
            return Vec::new();
        };
        let (status, reasons): (&str, &[Fault]) = match content {
            Ok(_) => (status::ACCEPTED, &[]),
            Err(reasons) => (status::QUARANTINED, reasons),
        };
        let outcome: Vec<(StreamId, i64)> = recorded.iter().map(|one| (one.stream, one.version)).collect();
        let cells = vec![
            (&context.tenant).into(),
            original.record_id.into(),
            original.source.as_str().into(),
            context.now.into(),
            original.content_type.as_str().into(),
            Cell::Bytes(Some(original.bytes.clone())),
            original.fingerprint.as_str().into(),
            status.into(),
            json_text(reasons).into(),
            json_text(&outcome).into(),
        ];
        vec![Attachment { table: &RECORDS, cells }]
    }

    fn read_event(&self, name: &str, version: u32, data: &str) -> Result<Event, UnreadableEvent> {
        event::read(name, version, data)
    }
}

/// What a record has become.
pub mod status {
    /// It is kept, and its effect is on its way.
    pub const RECEIVED: &str = "received";
    /// A row of a file, kept until its business object is complete.
    pub const STAGED: &str = "staged";
    /// Its effect has happened.
    pub const ACCEPTED: &str = "accepted";
    /// It was put aside, with reasons.
    pub const QUARANTINED: &str = "quarantined";
}

fn stream_of(tenant: &Tenant, command: &Command) -> StreamId {
    match command {
        Command::Receive(Intake { content: Ok(telemetry), .. }) => {
            StreamId::natural(tenant, Kind::Device, &telemetry.device_id)
        }
        Command::Receive(Intake { original, content: Err(_) }) => {
            StreamId::new(Kind::Record, original.record_id)
        }
        Command::CompleteImport(completed) => StreamId::new(Kind::Import, completed.import_id),
    }
}

/// Lists of faults and of stream versions always serialise: they hold texts and numbers only.
pub(crate) fn json_text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "[]".to_owned())
}
