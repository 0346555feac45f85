import type { AddCommand } from '../command.js';
import { addCommonFlags } from '../input/flags.js';
import type { IamFlags } from '../iam.js';

/** `temporal-lro iam`: what a worker's account needs at Google. */
export const addIam: AddCommand = (program) => {
  const command = program
    .command('iam')
    .summary('print the IAM permissions for operations, and a custom role')
    .description(
      'Prints what an account needs to get, cancel and list operations, how sure that is, and a custom role in the YAML that ' +
        'gcloud iam roles create takes. It calls nothing, and knows what is published: what is not is said to be unknown.',
    )
    .argument('<name...>', 'full name, //service/name or URL')
    .option('--started-by <verb>', 'on Vertex AI: the permission of what started it, such as import');
  addCommonFlags(command)
    .addHelpText(
      'after',
      '\nWith several names there is one role for each.\n' +
        '\nExample:\n' +
        '  temporal-lro iam --started-by import \\\n' +
        '    projects/p/locations/us-central1/datasets/7/operations/123 > role.yaml',
    )
    .action(async (names: string[], flags: IamFlags) => {
      const { runIam } = await import('../iam.js');
      runIam(names, flags);
    });
};
