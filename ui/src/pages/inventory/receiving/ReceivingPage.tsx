import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { InventoryTabs } from '../shared/InventoryTabs';
import type { Receipt } from '../shared/queries';
import { ReceiptLines } from '../shared/ReceiptLines';
import scanClasses from '../scan/Scan.module.css';
import { ReceivingForm } from './ReceivingForm';

/** What was booked, and the way to the next delivery. */
function Received({ receipt, onMore }: { receipt: Receipt; onMore: () => void }) {
  return (
    <div className={scanClasses.page} role="status">
      <Panel
        title={`Received at ${receipt.site}`}
        aside={<IconCircleCheck color="var(--mantine-color-teal-6)" aria-hidden />}
      >
        <ReceiptLines receipt={receipt} />
      </Panel>
      <Button size="lg" onClick={onMore} autoFocus>
        Receive more
      </Button>
    </div>
  );
}

/** Taking goods in, line by line, with a scanner or by hand. */
export function ReceivingPage() {
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  return (
    <>
      <PageHeader title="Receiving" />
      <InventoryTabs />
      {receipt ? (
        <Received receipt={receipt} onMore={() => setReceipt(null)} />
      ) : (
        <ReceivingForm onReceived={setReceipt} />
      )}
    </>
  );
}
