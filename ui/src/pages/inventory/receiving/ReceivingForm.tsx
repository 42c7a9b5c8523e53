import { useState, type FormEvent } from 'react';
import { Panel } from '@/components/Panel';
import { formatDay, formatQuantity } from '@/domain/format';
import { QuantityField, ScanField, UnitField, useItem, useUnit } from '../scan/fields';
import { goOnAtEnter } from '../scan/goOnAtEnter';
import { LineFields } from '../scan/LineFields';
import { LineList } from '../scan/LineList';
import { isComplete, isStarted, obstacleOf } from '../scan/lines';
import classes from '../scan/Scan.module.css';
import { SendBar } from '../scan/SendBar';
import { useScannedLines } from '../scan/useScannedLines';
import { useSite } from '../scan/useSite';
import type { Receipt } from '../shared/queries';
import { NO_LINE, receiptOf, useReceive, type ReceivedLine } from './command';
import { ExpectedLines } from './ExpectedLines';

function detailOf({ lot, expiry, bin }: ReceivedLine): string {
  const parts = [
    lot && `lot ${lot}`,
    expiry && `until ${formatDay(expiry)}`,
    bin ? `bin ${bin}` : 'in the receiving area',
  ];
  return parts.filter(Boolean).join(' · ');
}

interface FieldsProps {
  draft: ReceivedLine;
  onChange: (part: Partial<ReceivedLine>) => void;
}

function ReceivedFields({ draft, onChange }: FieldsProps) {
  const item = useItem(draft.sku);
  return (
    <>
      <ScanField
        className={classes.wide}
        label="SKU"
        required
        description={item?.description}
        value={draft.sku}
        onText={(sku) => onChange({ sku })}
      />
      <QuantityField label="Quantity" required value={draft.value} onText={(value) => onChange({ value })} />
      <UnitField sku={draft.sku} value={draft.unit} onText={(unit) => onChange({ unit })} />
      <ScanField label="Lot" value={draft.lot} onText={(lot) => onChange({ lot })} />
      <ScanField
        label="Usable until"
        type="date"
        value={draft.expiry}
        onText={(expiry) => onChange({ expiry })}
      />
      <ScanField label="Bin" enterKeyHint="done" value={draft.bin} onText={(bin) => onChange({ bin })} />
    </>
  );
}

/** One delivery: where, by which document, and its lines. */
export function ReceivingForm({ onReceived }: { onReceived: (receipt: Receipt) => void }) {
  const [site, setSite] = useSite();
  const [reference, setReference] = useState('');
  const scanned = useScannedLines('receiving', NO_LINE);
  const unit = useUnit(scanned.draft.sku, scanned.draft.unit);
  const command = useReceive((receipt) => {
    scanned.clear();
    onReceived(receipt);
  });
  const { draft, lines } = scanned;
  const isReady = isComplete(draft, false);
  const count = isReady && scanned.editing === null ? lines.length + 1 : lines.length;
  const obstacle = site.trim()
    ? obstacleOf(isStarted(draft) && !isReady, count)
    : 'Say at which site the goods have come.';
  const keep = () => scanned.keep({ unit });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    command.run(receiptOf(site, reference, isReady ? scanned.withDraft({ unit }) : lines));
  };

  return (
    <form onSubmit={submit} className={classes.page} noValidate>
      <Panel>
        <div
          className={`${classes.fields} ${classes.untitled}`}
          onKeyDown={(event) => goOnAtEnter(event, () => undefined)}
        >
          <ScanField label="Site" required value={site} onText={setSite} />
          <ScanField label="Document" placeholder="PO-4711" value={reference} onText={setReference} />
        </div>
        <ExpectedLines reference={reference} onChoose={scanned.change} />
      </Panel>
      <LineFields isEditing={scanned.editing !== null} canKeep={isReady} onKeep={keep}>
        <ReceivedFields draft={draft} onChange={scanned.change} />
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
      <SendBar label="Book the receipt" count={count} obstacle={obstacle} command={command} />
    </form>
  );
}
