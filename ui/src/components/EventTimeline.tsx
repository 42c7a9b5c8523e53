import { Group, Text, Timeline } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { actorInWords, eventInWords } from '@/domain/events';
import { formatNumber, formatSpan } from '@/domain/format';
import { timelineItems, type TimelineItem } from '@/domain/timeline';
import type { EventFieldsFragment } from '@/generated/graphql';
import { EmptyState } from './EmptyState';
import { TimeText } from './values';

/** An event written down this much later than it happened says so. */
const WORTH_SAYING_MS = 60 * 60 * 1000;

function lateRecording({ occurredAt, recordedAt }: EventFieldsFragment): string | undefined {
  const distance = new Date(recordedAt).getTime() - new Date(occurredAt).getTime();
  return distance > WORTH_SAYING_MS ? `recorded ${formatSpan(distance)} later` : undefined;
}

function EventItem({ event, more }: TimelineItem) {
  const { detail } = eventInWords(event.type, event.data);
  const recording = lateRecording(event);
  return (
    <>
      {detail && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {detail}
        </Text>
      )}
      <Group gap={6} c="dimmed" fz="xs" className="quiet">
        <TimeText at={event.occurredAt} />
        <span>by {actorInWords(event.actor)}</span>
        {recording && <span>{recording}</span>}
        {more > 0 && <span>and {formatNumber(more)} times before</span>}
      </Group>
    </>
  );
}

/** What happened to a thing, what was written down last first. */
export function EventTimeline({ events }: { events: EventFieldsFragment[] }) {
  if (events.length === 0) return <EmptyState compact icon={IconHistory} title="Nothing happened yet" />;
  return (
    <Timeline bulletSize={14} lineWidth={2} active={-1}>
      {timelineItems(events).map(({ event, more }) => {
        const { label, tone } = eventInWords(event.type, event.data);
        return (
          <Timeline.Item
            key={event.id}
            title={label}
            color={tone}
            styles={{
              itemTitle: { fontSize: 'var(--mantine-font-size-sm)', fontWeight: 600 },
              itemBullet: {
                borderColor: `var(--mantine-color-${tone}-6)`,
                backgroundColor: 'var(--surface)',
              },
            }}
          >
            <EventItem event={event} more={more} />
          </Timeline.Item>
        );
      })}
    </Timeline>
  );
}
