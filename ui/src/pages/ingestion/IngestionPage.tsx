import { Grid } from '@mantine/core';
import { useMay } from '@/app/useMe';
import { PageHeader } from '@/components/PageHeader';
import { ImportsPanel } from './ImportsPanel';
import { IntakeFigures } from './IntakeFigures';
import { QuarantinePanel } from './QuarantinePanel';
import { UploadPanel } from './UploadPanel';

/** What comes in from outside: files, records, and those that were set aside. */
export function IngestionPage() {
  const mayWrite = useMay('ingest:write');
  return (
    <>
      <PageHeader
        title="Ingestion"
        hint="Nothing that arrives is thrown away: what is invalid is set aside with its reasons."
      />
      <IntakeFigures />
      <Grid gutter="md">
        <Grid.Col span={{ base: 12, lg: 5 }}>
          {mayWrite && <UploadPanel />}
          <ImportsPanel />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <QuarantinePanel />
        </Grid.Col>
      </Grid>
    </>
  );
}
