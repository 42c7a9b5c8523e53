import { VisuallyHidden } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { ProblemNotice } from '@/components/ProblemNotice';
import { FigureTiles } from './FigureTiles';
import { LateShipments } from './LateShipments';
import { LatestAlerts } from './LatestAlerts';
import { MapPanel } from './MapPanel';
import classes from './Overview.module.css';
import { overviewFiguresQuery } from './queries';
import { PulsePanel } from './PulsePanel';
import { StatesPanel } from './StatesPanel';

/** The control tower: what is moving, late or wrong right now. */
export function OverviewPage() {
  useDocumentTitle('Overview · IMSOP');
  const query = useQuery(overviewFiguresQuery);
  const figures = query.data?.overview;
  return (
    <>
      <VisuallyHidden component="h1">Overview</VisuallyHidden>
      {query.error && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />}
      <div className={classes.page}>
        <FigureTiles figures={figures} />
        <MapPanel className={classes.map ?? ''} />
        <LatestAlerts className={classes.alerts ?? ''} />
        <StatesPanel figures={figures} className={classes.states ?? ''} />
        <PulsePanel figures={figures} className={classes.pulse ?? ''} />
        <LateShipments className={classes.late ?? ''} />
      </div>
    </>
  );
}
