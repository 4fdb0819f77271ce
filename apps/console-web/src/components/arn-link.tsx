import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { pageOfArn, shortArn } from './arn-pages';
import { CopyButton } from './copy-button';
import { MachineText } from './machine-text';

interface ArnLinkProps {
  arn: string;
  /** What is shown in place of the ARN's last part. */
  label?: string;
  /** With a button that copies the whole ARN. */
  withCopy?: boolean;
  /** The most lines that are shown of a long name. */
  lineClamp?: number;
}

/** Names what an ARN names, shortly, and links to its page where there is one. The whole ARN is shown on hover. */
export function ArnLink({ arn, label, withCopy = false, lineClamp }: ArnLinkProps) {
  const to = pageOfArn(arn);
  // Of the link itself: lines of it that are hidden would still lie over what comes below.
  const text = (
    <MachineText lineClamp={to ? undefined : lineClamp}>
      <span title={arn}>{label ?? shortArn(arn)}</span>
    </MachineText>
  );
  return (
    <span>
      {to ? (
        <Anchor lineClamp={lineClamp} renderRoot={(props) => <Link {...to} {...props} />}>
          {text}
        </Anchor>
      ) : (
        text
      )}
      {withCopy && <CopyButton value={arn} label={`Copy ${arn}`} />}
    </span>
  );
}
