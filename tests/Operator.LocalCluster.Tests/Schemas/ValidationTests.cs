using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Tests.Schemas;

public class ValidationTests
{
    private const string NotChecked =
        "<nil> FieldValueInvalid Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

    private static string[] Errors(StructuralSchema schema, string value, string? live = null) =>
        [.. schema.Validate(Json.Object(value), live is null ? null : Json.Object(live)).Select(error => $"{error.Field} {error.Reason} {error.Message}")];

    // What the real server answered to these objects.
    [Theory]
    [InlineData("{'spec':{'size':'medium','replicas':1000,'note':'NOT LOWER'}}",
        "spec.note FieldValueInvalid Invalid value: \"NOT LOWER\": spec.note in body should match '^[a-z ]*$'",
        "spec.replicas FieldValueInvalid Invalid value: 1000: spec.replicas in body should be less than or equal to 100",
        "spec.size FieldValueNotSupported Unsupported value: \"medium\": supported values: \"small\", \"large\"", NotChecked)]
    [InlineData("{'spec':{'size':7}}",
        "spec.size FieldValueTypeInvalid Invalid value: \"integer\": spec.size in body must be of type string: \"integer\"",
        "spec.size FieldValueNotSupported Unsupported value: 7: supported values: \"small\", \"large\"", NotChecked)]
    [InlineData("{'spec':{'size':'small','note':'NOT LOWER CASE AND MUCH TOO LONG'}}",
        "spec.note FieldValueTooLong Too long: may not be more than 20 bytes", NotChecked)]
    [InlineData("{'spec':{'note':'x'}}", "spec.size FieldValueRequired Required value", NotChecked)]
    [InlineData("{}", "spec FieldValueRequired Required value", NotChecked)]
    [InlineData("{'spec':{'size':'small','parts':[{'name':'p'},{'name':'p'}]}}",
        "spec.parts[1] FieldValueDuplicate Duplicate value: {\"name\":\"p\"}")]
    [InlineData("{'spec':{'size':'small','replicas':3,'limit':'10%','extra':{'free':[1]}}}")]
    [InlineData("{'spec':{'size':'small','limit':true}}",
        "spec.limit FieldValueTypeInvalid Invalid value: \"boolean\": spec.limit in body must be of type integer,string: \"boolean\"", NotChecked)]
    public void Errors_are_worded_as_the_recorded_server_does(string value, params string[] expected) =>
        Assert.Equal(expected, Errors(Json.Widget, value));

    [Theory]
    [InlineData("{'type':'string','minLength':2}", "'é'", "Invalid value: \"é\": v in body should be at least 2 chars long")]
    [InlineData("{'type':'string','maxLength':1}", "'😀'", null)]
    [InlineData("{'type':'string','maxLength':1}", "'ab'", "Too long: may not be more than 1 byte")]
    [InlineData("{'type':'string','pattern':'^a$'}", "'a\\n'", "Invalid value: \"a\\n\": v in body should match '^a$'")]
    [InlineData("{'type':'string','format':'date-time'}", "'2026-01-01T00:00:00Z'", null)]
    [InlineData("{'type':'string','format':'date-time'}", "'yesterday'", "Invalid value: \"yesterday\": v in body must be of type date-time: \"yesterday\"")]
    [InlineData("{'type':'string','format':'date-time'}", "5", "Invalid value: \"int64\": v in body must be of type date-time: \"int64\"")]
    [InlineData("{'type':'string','format':'unheard-of'}", "'x'", null)]
    [InlineData("{'type':'string'}", "null", "Invalid value: \"null\": v in body must be of type string: \"null\"")]
    [InlineData("{'type':'string','nullable':true}", "null", null)]
    [InlineData("{'type':'integer'}", "1.0", null)]
    [InlineData("{'type':'integer','format':'int32'}", "4294967296", "Invalid value: \"\": Checked value must be of type integer with format int32 in v")]
    [InlineData("{'type':'integer','format':'int64'}", "true", "Invalid value: \"\": v in body must be of type int64: \"\"")]
    [InlineData("{'type':'number'}", "3", null)]
    [InlineData("{'type':'number','minimum':0.5,'exclusiveMinimum':true}", "0.5", "Invalid value: 0.5: v in body should be greater than 0.5")]
    [InlineData("{'type':'integer','minimum':3}", "2", "Invalid value: 2: v in body should be greater than or equal to 3")]
    [InlineData("{'type':'integer','maximum':3,'exclusiveMaximum':true}", "3", "Invalid value: 3: v in body should be less than 3")]
    [InlineData("{'type':'integer','multipleOf':5}", "7", "Invalid value: 7: v in body should be a multiple of 5")]
    [InlineData("{'type':'number','multipleOf':0.01}", "0.07", null)]
    [InlineData("{'type':'number','multipleOf':0.5}", "3", "Invalid value: 0: factor MultipleOf declared for v must be positive: 0")]
    [InlineData("{'type':'number','maximum':2.5}", "7", "Invalid value: 7: v in body should be less than or equal to 2")]
    [InlineData("{'type':'array','items':{'type':'integer'},'minItems':2}", "[1]", "Invalid value: 1: v in body should have at least 2 items")]
    [InlineData("{'type':'array','items':{'type':'integer'},'maxItems':1}", "[1,2]", "Too many: 2: must have at most 1 item")]
    [InlineData("{'type':'array','items':{'type':'object','x-kubernetes-preserve-unknown-fields':true},'uniqueItems':true}", "[{'a':1,'b':2},{'b':2,'a':1}]", "Invalid value: \"\": v in body shouldn't contain duplicates")]
    [InlineData("{'type':'array','items':{'type':'string'},'x-kubernetes-list-type':'set'}", "['a','b','a']", "Duplicate value: \"a\"")]
    [InlineData("{'type':'object','minProperties':1}", "{}", "Invalid value: 0: v in body should have at least 1 properties")]
    [InlineData("{'type':'object','maxProperties':1,'additionalProperties':{'type':'integer'}}", "{'a':1,'b':2}", "Too many: 2: must have at most 1 item")]
    [InlineData("{'type':'object','additionalProperties':{'type':'integer'}}", "{'a':'x'}", "Invalid value: \"string\": v.a in body must be of type integer: \"string\"")]
    [InlineData("{'type':'integer','not':{'enum':[4]}}", "4", "Invalid value: \"\": \"v\" must not validate the schema (not)")]
    [InlineData("{'type':'integer','anyOf':[{'minimum':10},{'maximum':1}]}", "12", null)]
    [InlineData("{'type':'integer','enum':[1,2]}", "3", "Unsupported value: 3: supported values: \"1\", \"2\"")]
    [InlineData("{'x-kubernetes-int-or-string':true,'pattern':'^[0-9]+%$'}", "'10%'", null)]
    [InlineData("{'x-kubernetes-int-or-string':true,'pattern':'^[0-9]+%$'}", "7", null)]
    [InlineData("{'type':'object','x-kubernetes-embedded-resource':true,'x-kubernetes-preserve-unknown-fields':true}", "{'apiVersion':'v1'}", "Required value")]
    public void One_limit_gives_one_message(string schema, string value, string? expected)
    {
        var errors = Json.Schema($"{{'type':'object','properties':{{'v':{schema}}}}}").Validate(Json.Object($"{{'v':{value}}}"), null);
        Assert.Equal(expected is null ? [] : [expected], errors.Select(error => error.Message));
    }

    [Fact]
    public void A_fraction_is_no_integer() => Assert.Equal(
        ["v FieldValueTypeInvalid Invalid value: \"number\": v in body must be of type integer: \"number\"", "<nil> FieldValueInvalid Invalid value: \"\": Checked value must be of type integer (default format) in v"],
        Errors(Json.Schema("{'type':'object','properties':{'v':{'type':'integer'}}}"), "{'v':1.5}"));

    [Fact]
    public void Alternatives_name_the_rule_and_the_closest_failure()
    {
        var schema = Json.Schema("{'type':'object','properties':{'v':{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}},'oneOf':[{'required':['a']},{'required':['b']}]}}}");
        Assert.Empty(Errors(schema, "{'v':{'a':'x'}}"));
        Assert.Equal(["<nil> FieldValueInvalid Invalid value: \"\": \"v\" must validate one and only one schema (oneOf). Found 2 valid alternatives"], Errors(schema, "{'v':{'a':'x','b':'y'}}"));
        Assert.Equal(
            ["<nil> FieldValueInvalid Invalid value: \"\": \"v\" must validate one and only one schema (oneOf). Found none valid", "v.a FieldValueRequired Required value"],
            Errors(schema, "{'v':{}}"));
    }

    [Fact]
    public void All_parts_must_fit()
    {
        var schema = Json.Schema("{'type':'object','properties':{'v':{'type':'integer','allOf':[{'minimum':3},{'multipleOf':2}]}}}");
        Assert.Equal(
            ["v FieldValueInvalid Invalid value: 2: v in body should be greater than or equal to 3", "<nil> FieldValueInvalid Invalid value: \"\": \"v\" must validate all the schemas (allOf)"],
            Errors(schema, "{'v':2}"));
    }

    [Fact]
    public void What_was_invalid_and_did_not_change_is_let_through()
    {
        const string live = "{'spec':{'size':'medium','replicas':1,'parts':[{'name':'a','count':'x'}]}}";
        Assert.Empty(Errors(Json.Widget, "{'spec':{'size':'medium','replicas':2,'parts':[{'name':'new'},{'name':'a','count':'x'}]}}", live));
        Assert.Equal("spec.size FieldValueNotSupported Unsupported value: \"huge\": supported values: \"small\", \"large\"", Errors(Json.Widget, "{'spec':{'size':'huge'}}", live)[0]);
    }

    [Fact]
    public void Duplicates_that_are_stored_already_stop_no_update()
    {
        const string live = "{'spec':{'size':'small','parts':[{'name':'a'},{'name':'a'}]}}";
        Assert.Empty(Errors(Json.Widget, "{'spec':{'size':'large','parts':[{'name':'a'},{'name':'a'},{'name':'a'}]}}", live));
    }

    [Fact]
    public void Errors_of_the_caller_decide_about_the_note_on_rules()
    {
        var value = Json.Object("{'spec':{'size':'small'}}");
        Assert.Empty(Json.Widget.Validate(value, null));
        Assert.Equal([FieldErrors.RulesNotChecked], Json.Widget.Validate(value, null, [FieldErrors.Required("metadata.name")]));
        Assert.Empty(Json.Widget.Validate(value, null, [FieldErrors.Invalid("metadata.name", "X", "no")]));
    }
}
