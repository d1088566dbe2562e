using Operator.Api;
using Operator.Api.Validation;
using Operator.Catalog;
using Xunit;

namespace Operator.Tests.Catalog;

public sealed class CatalogKnowledgeTests
{
    private static readonly CatalogKnowledge Knowledge = new(new CatalogStore());

    [Fact]
    public void Every_model_of_the_catalogue_is_known_with_its_dates_and_levels()
    {
        foreach (var model in ModelCatalog.Shipped.Models)
        {
            var facts = Knowledge.Find(model.Id)!;
            Assert.Equal((model.Id, false, model.Lifecycle.Retires), (facts.Id, facts.IsAlias, facts.RetiresOn));
            if (model.Certainty.Rules == Certainty.Verified) Assert.Equal(model.Rules.Efforts.Count, facts.Efforts!.Count);
            Assert.All(model.Aliases, a => Assert.Equal((model.Id, true), (Knowledge.Find(a)!.Id, Knowledge.Find(a)!.IsAlias)));
        }
    }

    [Fact]
    public void An_unknown_model_is_not_known() => Assert.Null(Knowledge.Find("claude-imaginary-9"));

    [Fact]
    public void A_model_that_must_think_refuses_to_be_told_otherwise()
    {
        var strict = ModelCatalog.Shipped.Models.First(m => m.Rules.RefusesThinkingDisabled && m.Lifecycle.Retires is null);
        var entity = new ClaudeDeployment
        {
            Spec = new ClaudeDeploymentSpec
            {
                Model = strict.Id,
                Prompt = new PromptReference { Name = "p", Version = "v" },
                QuotaRef = new QuotaReference { Name = "q" },
                Parameters = new ModelParameters { Thinking = ThinkingMode.Disabled },
            },
        };

        Assert.Equal("spec.parameters.thinking", Assert.Single(ClaudeDeploymentValidation.Validate(entity, new ValidationContext(Knowledge)).Errors).Path);
    }
}
