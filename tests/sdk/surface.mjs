// Takes the SDK through its modules AuthProvider, Users and Forms: node surface.mjs <what application.mjs reads, as JSON>
import { changesItself, comesByAProvider, goesByAnyName, showsCodes } from './accounts.mjs';
import { seesNoFault } from './application.mjs';
import { getsErrorsFromEverywhere, needsTheTokenOfAnApplication, throwsWhatItIsTold } from './errors.mjs';
import { looksAsConfigured, seesProvidersAndForms } from './forms.mjs';
import { refusesWhatDoesNotFit, signsUpWithEverySample, signsUpWithTheRest, triesAgainWithTheSameObject } from './samples.mjs';
import { leaves, refreshesWhereItIsToldTo, staysSignedIn, weathersStorms } from './sessions.mjs';

const steps = [
  seesProvidersAndForms,
  looksAsConfigured,
  signsUpWithEverySample,
  signsUpWithTheRest,
  refusesWhatDoesNotFit,
  triesAgainWithTheSameObject,
  staysSignedIn,
  refreshesWhereItIsToldTo,
  leaves,
  weathersStorms,
  changesItself,
  showsCodes,
  comesByAProvider,
  goesByAnyName,
  throwsWhatItIsTold,
  getsErrorsFromEverywhere,
  needsTheTokenOfAnApplication,
];
for (const step of steps) {
  const hangs = setTimeout(() => {
    console.error(`${step.name} hangs`);
    process.exit(1);
  }, 40_000);
  try {
    await step();
    seesNoFault();
  } catch (error) {
    console.error(`${step.name}:`, error);
    process.exit(1);
  }
  clearTimeout(hangs);
  console.log(step.name);
}
