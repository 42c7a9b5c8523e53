import type { FormEvent } from 'react';
import { Panel } from '@/components/Panel';
import { formatQuantity } from '@/domain/format';
import { QuantityField, ScanField, UnitField, useItem, useUnit } from '../scan/fields';
import { goOnAtEnter } from '../scan/goOnAtEnter';
import { LineFields } from '../scan/LineFields';
import { LineList } from '../scan/LineList';
import { isComplete, isStarted, obstacleOf } from '../scan/lines';
import classes from '../scan/Scan.module.css';
import { SendBar } from '../scan/SendBar';
import { useScannedLines } from '../scan/useScannedLines';
import { useSite } from '../scan/useSite';
import type { Count } from '../shared/queries';
import { countOf, NO_LINE, useCount, type CountedLine } from './command';

function detailOf({ lot, bin }: CountedLine): string {
  return [bin ? `bin ${bin}` : 'in the receiving area', lot && `lot ${lot}`].filter(Boolean).join(' · ');
}

interface FieldsProps {
  draft: CountedLine;
  onChange: (part: Partial<CountedLine>) => void;
}

/** The place comes first: one stands before it, and scans what lies there. */
function CountedFields({ draft, onChange }: FieldsProps) {
  const item = useItem(draft.sku);
  return (
    <>
      <ScanField className={classes.wide} label="Bin" value={draft.bin} onText={(bin) => onChange({ bin })} />
      <ScanField
        className={classes.wide}
        label="SKU"
        required
        description={item?.description}
        value={draft.sku}
        onText={(sku) => onChange({ sku })}
      />
      <ScanField label="Lot" value={draft.lot} onText={(lot) => onChange({ lot })} />
      <QuantityField
        label="Counted"
        required
        enterKeyHint="done"
        value={draft.value}
        onText={(value) => onChange({ value })}
      />
      <UnitField sku={draft.sku} value={draft.unit} onText={(unit) => onChange({ unit })} />
    </>
  );
}

/** One count: where, and what was found. What the books say is not shown, so that nobody counts by them. */
export function CountingForm({ onCounted }: { onCounted: (count: Count) => void }) {
  const [site, setSite] = useSite();
  const scanned = useScannedLines('counting', NO_LINE);
  const unit = useUnit(scanned.draft.sku, scanned.draft.unit);
  const command = useCount((count) => {
    scanned.clear();
    onCounted(count);
  });
  const { draft, lines } = scanned;
  const isReady = isComplete(draft, true);
  const count = isReady && scanned.editing === null ? lines.length + 1 : lines.length;
  const obstacle = site.trim()
    ? obstacleOf(isStarted(draft) && !isReady, count)
    : 'Say at which site was counted.';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    command.run(countOf(site, isReady ? scanned.withDraft({ unit }) : lines));
  };

  return (
    <form onSubmit={submit} className={classes.page} noValidate>
      <Panel>
        <div
          className={`${classes.fields} ${classes.untitled}`}
          onKeyDown={(event) => goOnAtEnter(event, () => undefined)}
        >
          <ScanField label="Site" required value={site} onText={setSite} />
        </div>
      </Panel>
      <LineFields
        isEditing={scanned.editing !== null}
        canKeep={isReady}
        onKeep={() => scanned.keep({ unit })}
      >
        <CountedFields draft={draft} onChange={scanned.change} />
      </LineFields>
      <LineList
        lines={lines}
        editing={scanned.editing}
        error={command.error}
        title={(line) => `${line.sku} · ${formatQuantity(line)}`}
        detail={detailOf}
        onEdit={scanned.edit}
        onRemove={scanned.remove}
      />
      <SendBar label="Book the count" count={count} obstacle={obstacle} command={command} />
    </form>
  );
}
