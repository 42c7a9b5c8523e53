import { notifications } from '@mantine/notifications';
import { IconCheck, IconExclamationCircle } from '@tabler/icons-react';
import { asProblem } from '@/api/problem';

export function noticeDone(title: string, message?: string): void {
  notifications.show({ title, message, color: 'teal', icon: <IconCheck size={18} /> });
}

export function noticeProblem(error: unknown): void {
  const problem = asProblem(error);
  const faults = problem.errors?.map((fault) => fault.message).join(' ');
  notifications.show({
    title: problem.title,
    message: [problem.detail, faults].filter(Boolean).join(' '),
    color: 'red',
    icon: <IconExclamationCircle size={18} />,
    autoClose: 10_000,
  });
}
