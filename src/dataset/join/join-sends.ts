/**
 * Step 1 of joining (METHOD 2.3): every intended request and target, with what the client saw. A
 * left join from the intended table, so that nothing that was planned can get lost (METHOD 1.3).
 */
export const sendTable = `
create table send as
with intended_target as (
  select
    requestId as request_id, workload, payloadBytes, ladderStep, isLeadIn, position,
    place.target, place.owner, place.platform, place.offsetMs
  from (
    select *, unnest(targets) as place, generate_subscripts(targets, 1) as position from intended
  )
),
-- Nothing is sent twice; if it ever was, the last attempt counts and the summary says so.
last_outcome as (
  select * from client_record where kind = 'outcome'
  qualify row_number() over (
    partition by requestId, target order by attempt desc, sentAtMs desc
  ) = 1
),
last_sent as (
  select * from client_record where kind = 'sent'
  qualify row_number() over (
    partition by requestId, target order by attempt desc, sentAtMs desc
  ) = 1
),
-- An outage moves every target of an attempt by the same time, so an answer tells it for those
-- that were sent in the same attempt and never answered.
attempt_move as (
  select attempt, max(movedMs) as movedMs
  from client_record where kind = 'outcome' group by attempt
)
select
  intended_target.request_id, intended_target.target, owner, workload, position,
  coalesce(answer.platform, intended_target.platform) as platform,
  payloadBytes, ladderStep, isLeadIn,
  coalesce(answer.attempt, sent.attempt) as attempt,
  case
    when answer.requestId is not null then answer.movedMs
    when sent.requestId is not null then coalesce(attempt_move.movedMs, 0)
  end as moved_ms,
  coalesce(
    answer.plannedAtMs, starts_at_ms + offsetMs + coalesce(attempt_move.movedMs, 0)
  ) as planned_at_ms,
  coalesce(answer.sentAtMs, sent.sentAtMs) as sent_at_ms,
  case
    when answer.requestId is not null then answer.outcome
    when sent.requestId is not null then 'unrecorded'
    else 'not-issued'
  end as outcome,
  answer.* exclude (
    kind, requestId, target, attempt, platform, movedMs, plannedAtMs, sentAtMs, outcome
  )
from intended_target
cross join run_facts
left join last_outcome answer
  on answer.requestId = intended_target.request_id and answer.target = intended_target.target
left join last_sent sent
  on sent.requestId = intended_target.request_id and sent.target = intended_target.target
left join attempt_move on attempt_move.attempt = sent.attempt
`;

/** Moments from which the load counts as resumed after a pause of five minutes (METHOD 2.2). */
export const resumptionTable = `
create table resumption as
select planned_at_ms as resumed_at_ms
from (
  select planned_at_ms, lag(planned_at_ms) over (order by planned_at_ms) as previous_ms
  from send where outcome <> 'not-issued'
)
cross join run_facts
where planned_at_ms - coalesce(previous_ms, load_ended_at_ms, '-infinity'::double) > 300_000
`;
