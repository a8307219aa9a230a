-- Not only the trace that a message was accepted in but the step of it, and whether it is recorded, so that each attempt
-- to send the message is a part of that step. The whole header of W3C Trace Context.
alter table message rename column trace_id to traceparent;
