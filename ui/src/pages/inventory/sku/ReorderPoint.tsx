import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustments } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { queryKeys } from '@/api/queryKeys';
import { bodyOf, rest } from '@/api/rest';
import { useCommand } from '@/api/useCommand';
import { useMay } from '@/app/useMe';
import { noticeDone } from '@/components/notices';
import { ProblemNotice } from '@/components/ProblemNotice';
import { isDecimal } from '@/domain/decimal';
import { formatQuantity, unitSymbol } from '@/domain/format';
import type { Amount } from '@/domain/stock';
import type { Stock } from '../shared/queries';

function useSetReorderPoint({ sku, site }: Stock, onDone: () => void) {
  return useCommand({
    send: async (quantity: Amount, header) =>
      bodyOf(
        await rest.PUT('/inventory/items/{sku}/reorder-point', {
          params: { path: { sku }, header },
          body: { site, quantity },
        }),
      ),
    outdates: queryKeys.inventory,
    onDone: (_stock, quantity) => {
      noticeDone('Reorder point set', `${sku} at ${site}: ${formatQuantity(quantity)}`);
      onDone();
    },
  });
}

function ReorderForm({ stock, onClose }: { stock: Stock; onClose: () => void }) {
  const { unit } = stock.onHand;
  const [value, setValue] = useState(stock.reorderPoint?.value ?? '');
  const command = useSetReorderPoint(stock, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    command.run({ value: value.trim(), unit });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" className="quiet">
          As soon as less than this may be promised at {stock.site}, the stock counts as low and an alert says
          so.
        </Text>
        <TextInput
          label="Reorder below"
          inputMode="decimal"
          autoComplete="off"
          required
          data-autofocus
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          rightSection={<span className="quiet">{unitSymbol(unit)}</span>}
          rightSectionWidth={56}
        />
        {command.error && <ProblemNotice error={command.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" loading={command.isRunning} disabled={!isDecimal(value.trim())}>
            Set
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Says below which stock new goods must be ordered, for those who may. */
export function ReorderPoint({ stock }: { stock: Stock }) {
  const mayWrite = useMay('inventory:write');
  const [opened, dialog] = useDisclosure(false);
  if (!mayWrite) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconAdjustments size={16} />} onClick={dialog.open}>
        Reorder point
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={`Reorder point at ${stock.site}`}>
        <ReorderForm stock={stock} onClose={dialog.close} />
      </Modal>
    </>
  );
}
