use std::collections::HashMap;

use imsop_journal::{DomainEvent, States, Versioned};
use imsop_kernel::Actor;

use super::*;

fn account(roles: &[Role], active: bool, is_client: bool) -> Account {
    let name = "somebody".to_owned();
    let roles = roles.to_vec();
    Account { name, is_client, roles, active, registered_at: Timestamp::UNIX_EPOCH, generation: 0 }
}

fn user(number: u128) -> StreamId {
    StreamId::new(Kind::User, Uuid::from_u128(number))
}

fn client() -> StreamId {
    StreamId::new(Kind::Client, Uuid::from_u128(9))
}

/// User 1 and 2 are active administrators, 3 an operator, 4 a deactivated administrator; client 9 has
/// the administrator's role.
fn known() -> States<Identity> {
    let mut states = HashMap::new();
    let mut add = |stream, account| {
        states.insert(stream, Versioned::unstored(1, account));
    };
    add(user(1), account(&[Role::Administrator], true, false));
    add(user(2), account(&[Role::Operator, Role::Administrator], true, false));
    add(user(3), account(&[Role::Operator], true, false));
    add(user(4), account(&[Role::Administrator], false, false));
    add(client(), account(&[Role::Administrator], true, true));
    states
}

/// The names of what happens, and the account after it.
fn decide(states: &States<Identity>, change: Change) -> Result<(Vec<&'static str>, Account), Rejection> {
    let context = Context {
        tenant: Tenant::new("demo").unwrap(),
        actor: Actor::system("test"),
        now: Timestamp::UNIX_EPOCH,
        fresh_id: Uuid::nil(),
    };
    let stream = change.account;
    let mut draft = Draft::new(&Identity, &context.tenant, states, context.now);
    Identity.decide(&Command::Change(change), &context, &mut draft)?;
    let after = draft.state(stream).cloned().unwrap();
    let (events, _) = draft.finish();
    Ok((events.iter().map(|recorded| recorded.event.name()).collect(), after))
}

#[test]
fn each_change_of_a_user_or_client_is_an_event_of_its_own_and_ends_what_began_before() {
    let table: [(StreamId, Change, &str); 6] = [
        (user(3), Change { roles: Some(vec![Role::Planner]), ..Change::of(user(3)) }, "UserRolesChanged"),
        (user(3), Change { active: Some(false), ..Change::of(user(3)) }, "UserDeactivated"),
        (user(4), Change { active: Some(true), ..Change::of(user(4)) }, "UserReactivated"),
        (client(), Change { roles: Some(vec![Role::Planner]), ..Change::of(client()) }, "ClientRolesChanged"),
        (client(), Change { active: Some(false), ..Change::of(client()) }, "ClientDeactivated"),
        (
            client(),
            Change { secret_hash: Some("x".to_owned()), ..Change::of(client()) },
            "ClientSecretChanged",
        ),
    ];
    for (stream, change, expected) in table {
        let (events, after) = decide(&known(), change).unwrap();
        assert_eq!(events, [expected], "{stream}");
        assert_eq!(after.generation, 1, "{expected}");
    }
}

#[test]
fn a_change_to_what_is_already_so_is_no_event_and_ends_nothing() {
    let roles = Some(vec![Role::Operator]);
    let (events, after) =
        decide(&known(), Change { roles, active: Some(true), ..Change::of(user(3)) }).unwrap();
    assert!(events.is_empty());
    assert_eq!(after.generation, 0);
}

#[test]
fn the_last_active_administrator_can_neither_be_deactivated_nor_lose_the_role() {
    let mut alone = known();
    alone.remove(&user(2));
    let others: Vec<Uuid> = [1, 3, 4, 9].map(Uuid::from_u128).to_vec();
    for (roles, active) in [(None, Some(false)), (Some(vec![Role::Operator]), None)] {
        let change = Change { roles, active, other_administrators: others.clone(), ..Change::of(user(1)) };
        assert!(change.may_remove_an_administrator());
        assert!(matches!(decide(&alone, change), Err(Rejection::LastAdministrator)));
    }
}

#[test]
fn an_administrator_may_go_while_another_active_one_is_left() {
    let others = vec![Uuid::from_u128(4), Uuid::from_u128(2)];
    let change = Change { active: Some(false), other_administrators: others, ..Change::of(user(1)) };
    assert_eq!(decide(&known(), change).unwrap().0, ["UserDeactivated"]);
}

#[test]
fn the_others_that_an_administrator_leaves_behind_are_locked_with_it() {
    let tenant = Tenant::new("demo").unwrap();
    let others = vec![Uuid::from_u128(2)];
    let change = Change { active: Some(false), other_administrators: others, ..Change::of(user(1)) };
    assert_eq!(Identity.targets(&tenant, &Command::Change(change)), [user(1), user(2)]);
}

#[test]
fn every_event_is_read_back_as_it_was_written() {
    let roles = vec![Role::Integrator];
    let events = [
        Event::ClientRolesChanged { roles: roles.clone() },
        Event::ClientDeactivated {},
        Event::ClientReactivated {},
        Event::ClientSecretChanged {},
        Event::ClientRegistered { client_id: "gate".to_owned(), roles: roles.clone() },
        Event::UserRegistered { username: "anna".to_owned(), roles: roles.clone() },
        Event::UserRolesChanged { roles },
        Event::UserDeactivated {},
        Event::UserReactivated {},
        Event::UserPasswordChanged {},
        Event::RefreshTokenReuseDetected { user_id: Uuid::nil() },
    ];
    for event in events {
        let data = serde_json::to_string(&event).unwrap();
        assert_eq!(Identity.read_event(event.name(), event.version(), &data).unwrap(), event);
    }
}
